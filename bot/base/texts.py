"""Texts for people, one YAML file a language."""

from pathlib import Path

from bot.base.paths import TEXTS
from bot.base.yaml_file import read_yaml

REFERENCE = "en"


class Texts:
    """All texts by language and name."""

    def __init__(self, directory: Path = TEXTS) -> None:
        self._texts: dict[str, dict[str, str]] = {
            path.stem: read_yaml(path) for path in sorted(directory.glob("*.yml"))
        }

    def get(self, language: str, name: str, /, **words: object) -> str:
        """Text `name` in `language` with its {words} filled in.

        A test proves that every language has every text, so the English text here is only a safety net
        for a person in front of a broken deployment."""
        text = self._texts.get(language, {}).get(name) or self._texts[REFERENCE][name]
        return text.format(**words) if words else text

    def has(self, name: str) -> bool:
        """Whether a text of that name exists."""
        return name in self._texts[REFERENCE]

    def of(self, language: str) -> dict[str, str]:
        """All texts of one language."""
        return dict(self._texts.get(language, {}))

    def names(self) -> list[str]:
        """Names of all texts."""
        return list(self._texts[REFERENCE])
