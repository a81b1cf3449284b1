import pytest

from bot.base.fold import fold
from bot.base.languages import languages, named_language


def test_languages_are_the_nine_with_known_fallbacks() -> None:
    found = languages()
    assert list(found) == ["en", "tr", "ar", "fa", "ps", "so", "kmr", "ckb", "ru"]
    assert {code for code, item in found.items() if item.direction == "rtl"} == {"ar", "fa", "ps", "ckb"}
    for code, item in found.items():
        assert item.fallbacks
        assert set(item.fallbacks) <= set(found) - {code}


def test_language_is_known_by_its_own_name(code: str) -> None:
    assert fold(languages()[code].name) in languages()[code].names
    assert named_language(f"... {languages()[code].name}!") == code


def test_no_name_belongs_to_two_languages() -> None:
    names = [name for item in languages().values() for name in set(item.names)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Arabic please", "ar"),
        ("بالعربي", "ar"),
        ("TÜRKÇE konuşalım", "tr"),
        ("می‌خواهم به دری حرف بزنم", "fa"),
        ("можно по-русски?", "ru"),
        ("english or turkish", None),
        ("arabica coffee", None),
        ("hello", None),
        ("", None),
    ],
)
def test_named_language_in_a_message(text: str, named: str | None) -> None:
    assert named_language(text) == named
