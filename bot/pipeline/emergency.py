"""Recognising an emergency by phrases, before any model.

A model can be wrong with confidence; here every alarm has a phrase that a person wrote down and can correct.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.base.fold import fold, script, scripts
from bot.base.paths import EMERGENCY_PHRASES
from bot.base.yaml_file import read_yaml

# The most urgent kind first: a message that fits several gets the first.
KINDS = (
    "medical",
    "sea",
    "suicide",
    "sexual_violence",
    "child",
    "removal",
    "trafficking",
    "violence",
    "danger",
    "distress",
)
FACTS: dict[str, tuple[str, ...]] = {
    "danger": ("X01", "P02"),
    "violence": ("X01", "P02", "P01"),
    "sexual_violence": ("X01", "P10", "P02"),
    "suicide": ("X01", "H11"),
    "distress": ("H11", "X01"),
    "medical": ("X01", "H07"),
    "child": ("X01", "P04", "P02"),
    "trafficking": ("P07", "X01"),
    "sea": ("X01", "P11"),
    "removal": ("R20", "R22", "L01", "X01"),
}
# Stands for a harmless phrase: a sign that no phrase contains, so the rest does not pass as a whole message.
_HARMLESS = " 0 "
_ANY_LETTERS = r"\w*"
_GAP = r"(?:\w+ ){0,3}?"


@dataclass(frozen=True)
class PhraseFile:
    """Phrases of one language and script, compiled on first use."""

    name: str
    language: str
    script: str
    phrases: dict[str, list[str]]
    exceptions: list[str]

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        return {kind: _compile(self.phrases[kind]) for kind in KINDS if self.phrases.get(kind)}

    @cached_property
    def harmless(self) -> re.Pattern[str] | None:
        return _compile(self.exceptions) if self.exceptions else None

    def kind(self, folded: str) -> str | None:
        """The kind of emergency in a folded message, padded with one blank on each side."""
        if self.harmless:
            folded = self.harmless.sub(_HARMLESS, folded)
        return next((kind for kind, pattern in self.patterns.items() if pattern.search(folded)), None)


@dataclass(frozen=True)
class Alarm:
    """A recognised emergency and the language whose phrase matched."""

    kind: str
    language: str


class EmergencyRecogniser:
    """Matches messages against the phrase files of every script in them."""

    def __init__(self, directory: Path = EMERGENCY_PHRASES) -> None:
        self.files = [read_phrase_file(path) for path in sorted(directory.glob("*.yml"))]

    def recognise(self, text: str, language: str) -> Alarm | None:
        """The alarm in `text`, if any. Files of `language` are asked first, because one phrase can
        stand in several languages and the reply must be in the person's."""
        folded = f" {fold(text)} "
        letters = scripts(text)
        candidates = [file for file in self.files if file.script in letters]
        for file in sorted(candidates, key=lambda file: file.language != language):
            kind = file.kind(folded)
            if kind:
                return Alarm(kind, file.language)
        return None


def read_phrase_file(path: Path) -> PhraseFile:
    """Read one phrase file. Raises ValueError that names the file when a kind is unknown."""
    data = read_yaml(path)
    unknown = set(data["phrases"]) - set(KINDS)
    if unknown:
        raise ValueError(f"{path.name}: expected the kinds {', '.join(KINDS)}, got {', '.join(unknown)}")
    sample = " ".join(str(phrase) for kind in data["phrases"].values() for phrase in kind)
    return PhraseFile(
        name=path.stem,
        language=data["language"],
        script=script(sample),
        phrases={kind: [str(phrase) for phrase in items] for kind, items in data["phrases"].items()},
        exceptions=[str(phrase) for phrase in data.get("exceptions") or []],
    )


def _compile(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_expression(phrase) for phrase in phrases))


def _expression(phrase: str) -> str:
    """Regular expression of one phrase: blanks, `..`, `word*`, `*word`, `a|b`, and `= whole message`."""
    whole = phrase.startswith("=")
    parts = [_GAP if word == ".." else f"{_word(word)} " for word in phrase.lstrip("= ").split()]
    body = "".join(parts)
    return f"^ {body}$" if whole else f" {body}"


def _word(word: str) -> str:
    options = []
    for option in word.split("|"):
        before = _ANY_LETTERS if option.startswith("*") else ""
        after = _ANY_LETTERS if option.endswith("*") else ""
        options.append(before + fold(option.strip("*")) + after)
    return f"(?:{'|'.join(options)})"
