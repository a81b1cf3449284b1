"""Reading a tab-separated file of questions, with what a right reply would be."""

import csv
from dataclasses import dataclass
from pathlib import Path

_BASE = {"fa-AF": "fa", "prs": "fa", "ku": "kmr"}  # names of languages that are answered as another one
EXPECTED = ("answer", "clarify", "emergency", "decline", "smalltalk", "refuse")


class BadQuestionFile(ValueError):
    """A file of questions that cannot be read; the message says what was expected."""


@dataclass(frozen=True)
class Question:
    """One row: what was asked, in which language, and what would be right.

    `expect` is one of EXPECTED; `facts` are all acceptable fact ids, best first."""

    language: str
    text: str
    expect: str
    facts: tuple[str, ...]


def base_language(code: str) -> str:
    """The language that texts in `code` are answered in."""
    return _BASE.get(code, code)


def read_questions(path: Path) -> list[Question]:
    """Rows of a file with the columns lang, text, expect and facts. Raises BadQuestionFile."""
    rows = read_rows(path)
    missing = [name for name in ("lang", "expect", "facts") if name not in rows[0]]
    if missing:
        raise BadQuestionFile(f"{path}: expected the columns lang, text, expect, facts; missing {missing}")
    return [_question(row, path, number) for number, row in enumerate(rows, 2)]


def _question(row: dict[str, str], path: Path, line: int) -> Question:
    if row["expect"] not in EXPECTED:
        wanted = ", ".join(EXPECTED)
        raise BadQuestionFile(f"{path}, line {line}: expected one of {wanted}; got {row['expect']!r}")
    facts = tuple(filter(None, (row["facts"] or "").split("|")))
    return Question(base_language(row["lang"] or ""), row["text"] or "", row["expect"], facts)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file with at least a column `text`. Raises BadQuestionFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows, columns = list(table), table.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadQuestionFile(f"{path}: cannot be read: {error}") from None
    if not rows:
        raise BadQuestionFile(f"{path}: expected a header and at least one question, got none")
    if "text" not in columns:
        raise BadQuestionFile(f"{path}: expected a column named text, got {', '.join(columns)}")
    return rows
