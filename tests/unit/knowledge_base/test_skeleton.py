"""Arabic and Persian in Latin letters meet what stands in Arabic letters."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.fold import fold
from knowledge_base.skeleton import skeleton


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("تجديد", "tajdid"),
        ("كملك", "kimlik"),
        ("مستشفى", "mustashfa"),
        ("شغل", "sho8l"),
        ("خبز", "5obz"),
        ("محامي", "mo7ami"),
        ("علاج", "3ilaj"),
        ("بچه", "bacheh"),
        ("پزشک", "pezeshk"),
        ("مدرسه", "madreseh"),
        ("قاضي", "qadi"),
        ("غاز", "gaz"),
        ("خوب", "khub"),
        ("ژاله", "zhaleh"),
    ],
)
def test_skeleton_is_the_same_in_both_letters(arabic: str, latin: str) -> None:
    first, second = skeleton(fold(arabic)), skeleton(fold(latin))
    assert first == second


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("aeiou", ""),
        ("allah", "lh"),
        ("shukran", "škrn"),
        ("بدي جدد الكملك", "bd jd lkmlk"),
        ("a b", "b"),
        ("🙂", ""),
    ],
)
def test_skeleton_of(text: str, expected: str) -> None:
    assert skeleton(fold(text)) == expected


@given(st.text(max_size=60))
def test_skeleton_never_has_more_words_than_the_text(text: str) -> None:
    folded = fold(text)
    found = skeleton(folded)
    assert found == " ".join(found.split())
    assert len(found.split()) <= len(folded.split())
    assert not set(found) & set("aeiou")


@given(st.text("abcdefghijklmnopqrstuvwxyz ", max_size=40))
def test_skeleton_holds_no_letter_twice_in_a_row(text: str) -> None:
    found = skeleton(text)
    assert all(first != second for first, second in pairwise(found) if first != " ")
