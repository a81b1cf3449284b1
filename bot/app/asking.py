"""`merhaba ask`: one question, or a file of questions, through the whole bot."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.progress import Progress

from bot.app.attach import Stack, conversation
from bot.app.progress import console
from bot.app.spoken import Spoken


class BadQuestionFile(ValueError):
    """A file of questions that cannot be read; the message says what was expected."""


def ask_one(stack: Stack, text: str, language: str | None) -> Spoken:
    """Ask in a fresh conversation; `language` is chosen first, as a person would with the picker."""
    with conversation(stack) as id:
        if language:
            stack.say(id, language=language)
        return stack.say(id, text=text)


def as_json(spoken: Spoken) -> str:
    """One line of JSON in the form that every later version keeps."""
    return json.dumps(spoken.model_dump(mode="json", exclude={"buttons"}), ensure_ascii=False)


def ask_file(stack: Stack, questions: Path, out: Path) -> int:
    """Answer every row of a tab-separated file, each in a fresh conversation; returns their number.

    Replies are written line by line, in the order of the questions. Raises BadQuestionFile."""
    texts = read_questions(questions)
    with out.open("w", encoding="utf-8") as file:
        for text in _with_progress(texts):
            file.write(as_json(ask_one(stack, text, None)) + "\n")
    return len(texts)


def read_questions(path: Path) -> list[str]:
    """Column `text` of a tab-separated file. Raises BadQuestionFile."""
    return [row["text"] or "" for row in read_rows(path)]


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


def _with_progress(texts: list[str]) -> Iterator[str]:
    with Progress(console=console, disable=not console.is_terminal) as bar:
        tracked: Iterable[str] = bar.track(texts, description="Asking")
        yield from tracked
