"""Reading a file of questions with the entries or facts they want."""

from dataclasses import dataclass
from pathlib import Path

from bot.app.asking import read_rows

_BASE = {"fa-AF": "fa"}


@dataclass(frozen=True)
class Question:
    """One row: what was asked, in which language, and what would be right."""

    language: str
    text: str
    expect: str
    facts: tuple[str, ...]


def read_questions(path: Path) -> list[Question]:
    """Rows of a tab-separated file with the columns lang, text, expect, facts."""
    return [
        Question(
            _BASE.get(row["lang"], row["lang"]),
            row["text"],
            row["expect"],
            tuple(filter(None, row["facts"].split("|"))),
        )
        for row in read_rows(path)
    ]
