"""The labelled example messages in nlu_data, read for language identification and language means."""

from dataclasses import dataclass
from pathlib import Path

from bot.base.paths import INTENTS
from bot.base.yaml_file import read_yaml


@dataclass(frozen=True)
class Example:
    """One message as a person would type it."""

    language: str
    intent: str
    text: str


def load_examples(directory: Path = INTENTS) -> list[Example]:
    """All examples of all languages, in the order of the files."""
    return [example for path in sorted(directory.glob("*.yml")) for example in _read(path)]


def _read(path: Path) -> list[Example]:
    data = read_yaml(path)
    return [
        Example(path.stem, block["intent"], line.removeprefix("- ").strip())
        for block in data["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]
