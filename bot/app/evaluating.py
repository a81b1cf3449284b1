"""`merhaba evaluate`: how well the whole bot answers a file of questions."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.app.report import write_report
from bot.app.spoken import Spoken
from knowledge_base.evaluation import MARKS, Confusion, Figure, Given, confusions, figures
from knowledge_base.question_file import BadQuestionFile, Question

SHOWN_CONFUSIONS = 20

_WIDTH = 140  # columns; a narrower table would cut figures off
output = Console(highlight=False, width=_WIDTH)


def evaluate(questions: Sequence[Question], replies: Sequence[Given], report: Path) -> None:
    """Print figures and confusions, and write the report with pictures."""
    if len(questions) != len(replies):
        raise BadQuestionFile(f"expected {len(questions)} replies, one a question; got {len(replies)}")
    found = figures(questions, replies)
    confused = confusions(questions, replies)
    output.print(figure_table(found))
    output.print(confusion_table(confused[:SHOWN_CONFUSIONS]))
    write_report(report, questions, replies, found, confused)
    output.print(f"Report: {report}")


def read_replies(path: Path) -> list[Given]:
    """Replies that `ask --file` wrote. Raises BadQuestionFile."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [as_given(Spoken.model_validate(json.loads(line))) for line in lines if line.strip()]
    except ValueError:
        raise BadQuestionFile(f"{path}: expected one JSON object a line, as ask --file writes them") from None


def as_given(spoken: Spoken) -> Given:
    """What counts of a reply."""
    return Given(
        decision=spoken.decision,
        entry=spoken.entry,
        facts=frozenset(spoken.facts),
        alternatives=tuple(frozenset(item.facts) for item in spoken.alternatives),
        confidence=spoken.confidence,
        language=spoken.reply_language,
    )


def figure_table(found: dict[str, dict[str, Figure]]) -> Table:
    """Share and number of questions by language and mark."""
    table = Table("", *MARKS, title="Share of the questions each figure concerns, and their number", box=None)
    for group, marks in found.items():
        cells = (f"{marks[m].share:.3f}/{marks[m].count}" if m in marks else "-" for m in MARKS)
        table.add_row(group, *cells)
    return table


def confusion_table(confused: Sequence[Confusion]) -> Table:
    """What was answered instead of what was wanted."""
    table = Table("wanted", "answered with", "questions", title="Wrong answers", box=None)
    for item in confused:
        table.add_row(item.wanted, item.entry, str(item.count))
    return table
