"""Recognising that a message names another country than Türkiye."""

from pathlib import Path

from bot.base.fold import fold
from bot.base.paths import CONTENT
from bot.base.yaml_file import read_yaml

_SHORT = 4  # letters up to which a name must be the whole word
# Particles that Arabic writes together with a name: "in", "to", "and", "the".
_PREFIXES = ("", "ال", "ب", "بال", "ل", "لل", "و", "وال", "ع", "عال")


class OtherCountries:
    """The names of other countries, in all languages."""

    def __init__(self, path: Path = CONTENT / "other_countries.yml") -> None:
        names = {fold(name) for names in read_yaml(path).values() for name in names}
        self._names = {prefix + name for name in names for prefix in _PREFIXES}

    def named_in(self, text: str) -> bool:
        """Whether `text` names another country."""
        return any(not self._names.isdisjoint(_beginnings(word)) for word in fold(text).split())


def _beginnings(word: str) -> list[str]:
    # Turkish and Kurdish write endings together with a name: "Almanyada", "Yewnanistanê".
    return [word, *(word[:end] for end in range(_SHORT + 1, len(word)))]
