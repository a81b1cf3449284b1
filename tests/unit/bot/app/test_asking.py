"""Asking one question or a file of questions, with a stack that echoes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from bot.app.asking import as_json, ask_all, ask_file, ask_one
from bot.app.attach import Stack
from bot.app.spoken import Spoken, SpokenButton
from bot.base.reply import Alternative
from knowledge_base.question_file import BadQuestionFile


def spoken(text: str = "", **more: object) -> Spoken:
    given: dict[str, object] = {
        "text": text,
        "language": "fa",
        "decision": "clarify",
        "entry": None,
        "facts": (),
        "confidence": 0.5,
        "reply": "a\nb",
        "reply_language": "fa",
        "alternatives": (Alternative(entry="a.b", facts=("R01",), confidence=0.5),),
        "buttons": [SpokenButton(id="1", title="x")],
    }
    return Spoken.model_validate({**given, **more})


class Echo:
    """Stands for a running stack: repeats what it is told, and notes in which conversation."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, str | None]]] = []
        self.removed: list[str] = []

    def say(self, conversation_id: str, **message: str | None) -> Spoken:
        self.said.append((conversation_id, message))
        return spoken(message.get("text") or "")

    def remove(self, conversation_id: str) -> None:
        self.removed.append(conversation_id)


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    assert echo.removed == list(dict.fromkeys(id for id, _ in echo.said))


def stack(echo: Echo) -> Stack:
    return cast("Stack", echo)


def test_ask_one_chooses_the_language_first(echo: Echo) -> None:
    assert ask_one(stack(echo), "How?", "so").text == "How?"
    (first, choice), (second, message) = echo.said
    assert (choice, message) == ({"language": "so"}, {"text": "How?"})
    assert first == second
    assert first.startswith("test-")


def test_ask_one_without_a_language(echo: Echo) -> None:
    ask_one(stack(echo), "How?", None)
    assert [message for _, message in echo.said] == [{"text": "How?"}]


def test_ask_all_takes_a_fresh_conversation_for_each(echo: Echo) -> None:
    assert [reply.text for reply in ask_all(stack(echo), ["a", "", "a"])] == ["a", "", "a"]
    assert len({id for id, _ in echo.said}) == 3


def test_ask_file_writes_a_line_a_row(echo: Echo, tmp_path: Path) -> None:
    questions, out = tmp_path / "questions.tsv", tmp_path / "replies.jsonl"
    questions.write_text("id\ttext\n1\tسلام\n2\t\n3\n", encoding="utf-8")
    assert ask_file(stack(echo), questions, out) == 3
    lines = out.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["سلام", "", ""]
    assert "سلام" in lines[0]


def test_ask_file_that_is_bad_writes_nothing(echo: Echo, tmp_path: Path) -> None:
    questions = tmp_path / "questions.tsv"
    questions.write_text("question\nHow?\n", encoding="utf-8")
    with pytest.raises(BadQuestionFile, match="expected a column named text"):
        ask_file(stack(echo), questions, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_as_json_is_one_line_without_buttons() -> None:
    line = as_json(spoken("سلام"))
    assert "\n" not in line
    assert "سلام" in line
    data = json.loads(line)
    assert data["alternatives"] == [{"entry": "a.b", "facts": ["R01"], "confidence": 0.5}]
    assert sorted(data) == sorted(set(Spoken.model_fields) - {"buttons"})
