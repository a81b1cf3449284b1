"""The HTML report of an evaluation."""

from pathlib import Path

import pytest

from bot.app.report import answer_outcomes, write_report
from knowledge_base.evaluation import Given, confusions, figures
from knowledge_base.question_file import Question

SECRET = "my own words <b>"


def question(expect: str = "answer", *facts: str) -> Question:
    return Question("so", SECRET, expect, facts)


def reply(decision: str, *facts: str, near: tuple[str, ...] = (), confidence: float = 0.5) -> Given:
    alternatives = tuple(frozenset({fact}) for fact in near)
    return Given(decision, "a.b<i>" if facts else None, frozenset(facts), alternatives, confidence, "so")


def written(path: Path, questions: list[Question], replies: list[Given]) -> str:
    write_report(path, questions, replies, figures(questions, replies), confusions(questions, replies))
    return path.read_text(encoding="utf-8")


def test_report_holds_figures_pictures_and_confusions_but_no_question(tmp_path: Path) -> None:
    questions = [question("answer", "R01"), question("answer", "R02"), question("decline")]
    replies = [reply("answer", "R01"), reply("answer", "R01"), reply("decline")]
    page = written(tmp_path / "new" / "report.html", questions, replies)
    assert "3 questions" in page
    assert "0.500 (2)" in page
    assert "<td>R02</td><td>a.b&lt;i&gt;</td><td>1</td>" in page
    assert page.count("<svg") == 3
    assert SECRET not in page
    assert "my own words" not in page
    assert not any(outside in page for outside in ("<script", "<link", "src=", "@import"))


def test_report_without_questions_for_an_answer_has_no_pictures(tmp_path: Path) -> None:
    page = written(tmp_path / "report.html", [question("decline")], [reply("decline")])
    assert "<svg" not in page
    assert "<p>None.</p>" in page


@pytest.mark.parametrize(
    ("asked", "given_reply", "expected"),
    [
        (question("answer", "R01"), reply("answer", "R01", confidence=0.9), [(0.9, True)]),
        (question("answer", "R01"), reply("answer", "R02", confidence=0.9), [(0.9, False)]),
        (question("answer", "R01"), reply("clarify", near=("R01", "R02"), confidence=0.3), [(0.3, True)]),
        (question("answer", "R01"), reply("clarify", near=("R02", "R01"), confidence=0.3), [(0.3, False)]),
        (question("answer", "R01"), reply("clarify", confidence=0.3), [(0.3, False)]),
        (question("answer", "R01"), reply("decline"), []),
        (question("clarify", "R01"), reply("answer", "R01"), []),
    ],
)
def test_answer_outcomes_are_of_the_best_entry(
    asked: Question, given_reply: Given, expected: list[tuple[float, bool]]
) -> None:
    assert answer_outcomes([asked], [given_reply]) == expected
