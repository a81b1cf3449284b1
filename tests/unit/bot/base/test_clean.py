import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.clean import clean, has_words, well_formed
from bot.base.fold import fold

# Any character, lone surrogates included, as a broken client may send them.
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
PROPERTY = settings(max_examples=100, deadline=None)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x00b", "a b"),
        ("a\ud83db", "a b"),
        ("\ufeff \t\n hello \r\n world \u2028 ", "\ufeff hello world"),
        ("\x7f\x9f", ""),
        ("e\u0301", "é"),
        ("👩‍👧 مرحبا", "👩‍👧 مرحبا"),
    ],
)
def test_clean_unsafe_characters(raw: str, cleaned: str) -> None:
    assert clean(raw, 100) == cleaned


def test_clean_text_longer_than_the_limit() -> None:
    assert clean("abc def", 4) == "abc"
    assert clean("x" * 1_000_000, 1000) == "x" * 1000


def test_clean_megabyte_and_ligatures_in_time() -> None:
    # One U+FDFA becomes 18 letters when it is decomposed.
    started = time.perf_counter()
    assert len(clean("\ufdfa" * 10_000, 1000)) == 1000
    assert len(clean("a\u0301" * 500_000, 1000)) <= 1000
    assert fold("\ufdfa" * 10_000)
    assert time.perf_counter() - started < 2


@PROPERTY
@given(ANY_TEXT, st.integers(1, 50))
def test_clean_any_text(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    cleaned.encode("utf-8")
    assert len(cleaned) <= limit
    assert cleaned == clean(cleaned, limit)
    assert cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned)


@pytest.mark.parametrize(("text", "expected"), [("?!… 🙂", False), ("", False), ("7", True), ("؟ آب", True)])
def test_has_words_with_and_without_letters(text: str, expected: bool) -> None:
    assert has_words(text) is expected


@PROPERTY
@given(ANY_TEXT)
def test_well_formed_any_text(text: str) -> None:
    assert well_formed(text).encode("utf-8").decode("utf-8") == well_formed(text)


def test_well_formed_keeps_pairs_and_replaces_lone_surrogates() -> None:
    assert well_formed("\ud83d\ude00") == "😀"
    assert well_formed("a\ud83d") == "a�"
