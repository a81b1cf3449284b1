"""`merhaba evaluate`: reading replies, printing figures, writing the report."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from bot.app import evaluating
from bot.app.asking import as_json
from bot.app.evaluating import as_given, confusion_table, evaluate, figure_table, read_replies
from bot.app.spoken import Spoken
from bot.base.reply import Alternative
from knowledge_base.evaluation import MARKS, Confusion, Figure, Given
from knowledge_base.question_file import BadQuestionFile, Question

QUESTIONS = [Question("en", "How?", "answer", ("R01",)), Question("ar", "كيف؟", "answer", ("R02",))]


def spoken(*facts: str, language: str = "en") -> Spoken:
    return Spoken(
        text="How?",
        language="en",
        decision="answer",
        entry="a.b",
        facts=facts,
        confidence=0.75,
        reply="So.",
        reply_language=language,
        alternatives=(Alternative(entry="a.c", facts=("R02", "R03"), confidence=0.2),),
    )


def printed(table: Table) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(table)
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    buffer = io.StringIO()
    monkeypatch.setattr(evaluating, "output", Console(file=buffer, width=200))
    return buffer


def test_as_given_keeps_what_counts() -> None:
    assert as_given(spoken("R01", language="tr")) == Given(
        "answer", "a.b", frozenset({"R01"}), (frozenset({"R02", "R03"}),), 0.75, "tr"
    )


def test_read_replies_that_were_written(tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    replies = [spoken("R01"), spoken("R02", language="ar")]
    path.write_text("\n".join(as_json(item) for item in replies) + "\n\n", encoding="utf-8")
    assert read_replies(path) == [as_given(item) for item in replies]


@pytest.mark.parametrize("data", [b"text", b"{}", b"[]", b'{"text": 1}', b"\xff"])
def test_read_replies_of_another_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "replies.jsonl"
    path.write_bytes(as_json(spoken("R01")).encode() + b"\n" + data)
    with pytest.raises(BadQuestionFile, match="expected one JSON object a line") as caught:
        read_replies(path)
    assert str(path) in str(caught.value)


def test_figure_table_shows_share_and_number() -> None:
    text = printed(figure_table({"all": {"top1": Figure(0.5, 4), "language": Figure(1, 5)}}))
    header, line = (row.split() for row in text.splitlines()[1:3])
    assert header == list(MARKS)
    assert line == ["all", "0.500/4", *["-"] * (len(MARKS) - 2), "1.000/5"]


def test_confusion_table_shows_both_sides() -> None:
    assert "R01 a.b 3" in " ".join(printed(confusion_table([Confusion("R01", "a.b", 3)])).split())


def test_evaluate_prints_and_writes(tmp_path: Path, screen: io.StringIO) -> None:
    report = tmp_path / "new" / "report.html"
    evaluate(QUESTIONS, [as_given(spoken("R01")), as_given(spoken("R09", language="ar"))], report)
    words = " ".join(screen.getvalue().split())
    assert "all 0.500/2" in words
    assert "R02 a.b 1" in words
    assert str(report) in words
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_evaluate_wants_a_reply_to_each_question(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionFile, match="expected 2 replies, one a question; got 1"):
        evaluate(QUESTIONS, [as_given(spoken("R01"))], tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
