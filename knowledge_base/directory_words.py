"""Reading a kind of place and a province from what people type, in any language."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from bot.base.fold import fold
from knowledge_base.directory import Directory

# Particles that Arabic, Persian and Kurdish write together with a name: "in", "to", "from", "and", "the".
_PREFIXES = "(?:ال|بال|لل|ب|ل|ف|له|لە)?"
# Endings that Turkish and Kurdish write together with a name: "Ankarada", "Amedê". After a short name others
# would make another word of it ("Kars", "karşı"), and after three letters any ending would ("Van", "vana").
_THREE, _SHORT = 3, 5  # letters
_CASE = r"(?:y?[ae]|[dt][ae](?:n|ki)?|n?in|li)?"
_LONG_CASE = r"(?:[ny]?[aeiu]|n?[dt][ae](?:n|ki)?|n?[iu]n|l[iu]|دا|ی|ه)?"
_SIMILAR = 0.84  # how alike a whole misspelt message must be


class DirectoryWords:
    """Finds names of kinds and provinces in a message; the longest name wins."""

    def __init__(self, directory: Directory) -> None:
        self._kinds = _Names(
            (word, kind)
            for kind, item in directory.kinds.items()
            for words in item.words.values()
            for word in words
        )
        self._provinces = _Names(
            (word, number)
            for number, item in directory.provinces.items()
            for word in (item.name, *item.names.values(), *item.also)
        )

    def kind(self, text: str) -> str | None:
        """The kind of place that `text` names."""
        return self._kinds.find(fold(text))

    def province(self, text: str) -> str | None:
        """Number of the province that `text` names."""
        return self._provinces.find(fold(text))

    def is_province(self, text: str) -> bool:
        """Whether the whole of `text` is the name of a province, which says nothing about the language."""
        return self._provinces.holds(fold(text).strip())

    def similar_kind(self, text: str) -> str | None:
        """The kind whose name is most like the whole of `text`, for an answer to the question for it."""
        return self.kind(text) or self._kinds.similar(fold(text))

    def similar_province(self, text: str) -> str | None:
        """Number of the province whose name is most like the whole of `text`."""
        return self.province(text) or self._provinces.similar(fold(text))


class _Names:
    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._meaning: Mapping[str, str] = {fold(name): meaning for name, meaning in names}
        longest_first = sorted(self._meaning, key=len, reverse=True)
        self._pattern = re.compile("|".join(_expression(name) for name in longest_first))

    def find(self, folded: str) -> str | None:
        found = [match.group(0) for match in self._pattern.finditer(folded)]
        names = [name for text in found for name in self._meaning if name in text]
        return self._meaning[max(names, key=len)] if names else None

    def holds(self, folded: str) -> bool:
        return folded in self._meaning

    def similar(self, folded: str) -> str | None:
        close = get_close_matches(folded, self._meaning, n=1, cutoff=_SIMILAR)
        return self._meaning[close[0]] if close else None


def _expression(name: str) -> str:
    return rf"\b{_PREFIXES}{re.escape(name)}{_ending(len(name))}\b"


def _ending(letters: int) -> str:
    if letters <= _THREE:
        return ""
    return _CASE if letters <= _SHORT else _LONG_CASE
