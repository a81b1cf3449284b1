import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.fold import fold, lower, script

PROPERTY = settings(max_examples=100, deadline=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İSTANBUL", "istanbul"),
        ("ışık", "isik"),
        ("إقامة", "اقامه"),
        ("كيمليك", "کیملیک"),
        ("می‌خواهم", "میخواهم"),
        ("مُسَاعَدَة", "مساعده"),
        ("heeelp!!!", "help"),
        ("don’t", "dont"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("  a -- b\n", "a b"),
    ],
)
def test_fold_spellings_of_one_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert fold(one)


def test_fold_underscores_between_words() -> None:
    # Two blanks in a row kept phrases such as "kill me" from matching "kill_ me".
    assert fold("_a_ b__c") == "a b c"


@pytest.mark.parametrize("text", ["𝐇𝐄𝐋𝐏", "ＨＥＬＰ", "ⒽⒺⓁⓅ"])
def test_fold_decorated_capitals(text: str) -> None:
    # Decomposing such letters gives plain capitals after the text was made lower case.
    assert fold(text) == "help"


@PROPERTY
@given(st.text(max_size=200))
def test_fold_any_text(text: str) -> None:
    folded = fold(text)
    assert folded == fold(folded)
    assert folded == " ".join(folded.split())
    assert all(character.isalnum() or character == " " for character in folded)


def test_lower_turkish_capitals() -> None:
    assert lower("İI Ş") == "ii ş"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello дом", "latin"),
        ("привет ok", "cyrillic"),
        ("kimlik بطاقة الهوية", "arabic"),
        ("پښتو", "arabic"),
        ("Ñandú ê", "latin"),
        ("157 !? 🙂", ""),
        ("გამარჯობა", ""),
        ("你好", ""),
        ("", ""),
    ],
)
def test_script_of_text(text: str, expected: str) -> None:
    assert script(text) == expected
