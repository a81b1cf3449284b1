"""The pieces of words by which spellings are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.fold import fold
from knowledge_base.ngrams import LONGEST, SHORTEST, ngrams


def test_ngrams_of_a_word_count_the_blanks_around_it() -> None:
    assert ngrams("Ab", "en") == [" a", "ab", "b ", " ab", "ab ", " ab "]


def test_ngrams_keep_repetitions_and_never_cross_words() -> None:
    pieces = ngrams("ab ab", "en")
    assert pieces == ngrams("ab", "en") * 2
    assert not any(piece.strip().count(" ") for piece in pieces)


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_ngrams_of_arabic_and_persian_hold_marked_consonants(language: str) -> None:
    arabic, latin = ngrams("تجديد الكملك", language), ngrams("tajdid el kimlik", language)
    assert "~jd" in {*arabic} & {*latin}
    assert not {piece for piece in {*arabic} & {*latin} if not piece.startswith("~")}


def test_ngrams_of_other_languages_hold_no_consonants(code: str) -> None:
    marked = any(piece.startswith("~") for piece in ngrams("تجديد kimlik", code))
    assert marked is (code in ("ar", "fa"))


@pytest.mark.parametrize("text", ["", " ", "🙂!?", "\n"])
def test_ngrams_of_text_without_words(text: str) -> None:
    assert ngrams(text, "ar") == []


@given(st.text(max_size=60))
def test_ngrams_are_pieces_of_the_folded_text(text: str) -> None:
    padded = f" {fold(text)} "
    pieces = ngrams(text, "en")
    assert all(piece in padded and SHORTEST <= len(piece) <= LONGEST for piece in pieces)
    assert bool(pieces) is bool(fold(text))


@given(st.text(max_size=60), st.sampled_from(["ar", "en"]))
def test_ngrams_do_not_depend_on_the_way_of_writing(text: str, language: str) -> None:
    assert ngrams(f"  {text} !", language) == ngrams(fold(text), language)
