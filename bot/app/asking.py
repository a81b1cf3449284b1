"""`merhaba ask`: one question, or a file of questions, through the whole bot."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.progress import Progress

from bot.app.attach import Stack, conversation
from bot.app.progress import console
from bot.app.spoken import Spoken
from knowledge_base.question_file import read_rows


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
    texts = [row["text"] or "" for row in read_rows(questions)]
    with out.open("w", encoding="utf-8") as file:
        for reply in ask_all(stack, texts):
            file.write(as_json(reply) + "\n")
    return len(texts)


def ask_all(stack: Stack, texts: Iterable[str]) -> Iterator[Spoken]:
    """The reply to each of `texts`, each in a fresh conversation."""
    for text in _with_progress(list(texts)):
        yield ask_one(stack, text, None)


def _with_progress(texts: list[str]) -> Iterator[str]:
    with Progress(console=console, disable=not console.is_terminal) as bar:
        tracked: Iterable[str] = bar.track(texts, description="Asking")
        yield from tracked
