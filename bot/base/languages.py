"""The languages the assistant speaks. A language is data: adding one touches no code."""

from dataclasses import dataclass
from functools import cache

from bot.base.fold import fold
from bot.base.paths import LANGUAGES_FILE
from bot.base.yaml_file import read_yaml


@dataclass(frozen=True)
class Language:
    """One language: `code`, its own `name`, writing `direction`, and what it is called by others."""

    code: str
    name: str
    direction: str  # "ltr" or "rtl"
    fallbacks: tuple[str, ...]  # languages to show a text in when this one lacks it, best first
    names: tuple[str, ...]  # folded words by which people ask for it


@cache
def languages() -> dict[str, Language]:
    """All languages by code, in the order they are shown."""
    data = read_yaml(LANGUAGES_FILE)
    return {code: _language(code, item) for code, item in data.items()}


def _language(code: str, item: dict[str, object]) -> Language:
    fallbacks, names = item["fallbacks"], item["names"]
    assert isinstance(fallbacks, list)
    assert isinstance(names, list)
    return Language(
        code=code,
        name=str(item["name"]),
        direction=str(item["direction"]),
        fallbacks=tuple(fallbacks),
        names=tuple(fold(name) for name in names),
    )


def named_language(text: str) -> str | None:
    """The one language that `text` names ("arabic please", "بالعربي"), else None."""
    words = f" {fold(text)} "
    found = {
        language.code for language in languages().values() for name in language.names if f" {name} " in words
    }
    return found.pop() if len(found) == 1 else None
