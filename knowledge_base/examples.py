"""The labelled example messages in nlu_data, read for language identification and language means."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.base.fold import script
from bot.base.paths import INTENTS
from bot.base.yaml_file import read_yaml
from knowledge_base.rows import Row


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


def latin_questions(rows: Sequence[Row]) -> list[Example]:
    """The Arabic and Persian questions of the knowledge base in Latin letters, which few examples have."""
    return [
        Example(row.language, "ask_question", row.text)
        for row in rows
        if row.language in ("ar", "fa") and not row.is_answer and script(row.text) == "latin"
    ]
