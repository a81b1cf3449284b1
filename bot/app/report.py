"""The HTML report of an evaluation: figures, pictures, wrong answers. Holds no question's text."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader

from knowledge_base.evaluation import MARKS, Confusion, Figure, Given, judge, risk_coverage
from knowledge_base.plots import languages_picture, reliability_picture, risk_picture
from knowledge_base.question_file import Question

_PAGES = Environment(loader=PackageLoader("bot.app", "pages"), autoescape=True)


def write_report(
    path: Path,
    questions: Sequence[Question],
    replies: Sequence[Given],
    figures: Mapping[str, Mapping[str, Figure]],
    confused: Sequence[Confusion],
) -> None:
    """Write one self-contained page."""
    outcomes = answer_outcomes(questions, replies)
    pictures = {"By language": languages_picture(figures)} if outcomes else {}
    if outcomes:
        pictures["Risk and coverage"] = risk_picture({"replies": risk_coverage(outcomes)}, {})
        pictures["Is the confidence true?"] = reliability_picture(outcomes)
    page = _PAGES.get_template("report.html").render(
        questions=len(questions), marks=MARKS, figures=figures, confused=confused, pictures=pictures
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def answer_outcomes(questions: Sequence[Question], replies: Sequence[Given]) -> list[tuple[float, bool]]:
    """Confidence of the best entry, and whether it carries a wanted fact, of each question for an answer."""
    found = []
    for question, given in zip(questions, replies, strict=True):
        if question.expect == "answer" and given.decision in ("answer", "clarify"):
            facts = given.facts or (given.alternatives[0] if given.alternatives else frozenset())
            right = judge(question, given)["top1"] or bool(facts & frozenset(question.facts))
            found.append((given.confidence, right))
    return found
