"""Measuring replies against the questions of a file.

Each reply gets marks, and a figure is the share of the questions it concerns:

top1          expect=answer: answered directly with an entry that carries a wanted fact
top3          expect=answer: a wanted fact is in the answer or among the first three alternatives
wrong         expect=answer: a direct answer that carries no wanted fact
abstain       expect=answer: neither answered nor offered a wanted fact
choice        expect=clarify: a choice or an answer that contains a wanted fact
alarm_recall  expect=emergency: an emergency reply, or an answer that carries a wanted fact
false_alarm   an emergency reply although neither that nor an emergency fact (X...) was wanted
false_answer  expect=decline, smalltalk: a direct answer
refused       expect=refuse: refused, or an answer that carries a wanted fact
language      the reply is in the language of the question
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.question_file import Question, base_language

MARKS = (
    "top1", "top3", "wrong", "abstain", "choice", "alarm_recall", "false_alarm", "false_answer", "refused",
    "language",
)  # fmt: skip
OFFERED = 3  # alternatives that count
_DIRECT = ("answer", "emergency", "refuse")
_NO_ANSWER = ("handoff", "decline", "smalltalk", "refuse")


@dataclass(frozen=True)
class Given:
    """What the bot gave: its decision, the facts of the answer and of each alternative, best first."""

    decision: str
    entry: str | None
    facts: frozenset[str]
    alternatives: tuple[frozenset[str], ...]
    confidence: float
    language: str


@dataclass(frozen=True)
class Figure:
    """A share of `count` questions."""

    share: float
    count: int


@dataclass(frozen=True)
class Confusion:
    """Questions that wanted `wanted` and were answered with `entry`."""

    wanted: str
    entry: str
    count: int


def judge(question: Question, given: Given) -> dict[str, bool]:
    """The marks of one reply; only those that concern the question."""
    wanted = frozenset(question.facts)
    hit = given.decision in _DIRECT and bool(wanted & given.facts)
    offered = hit or any(wanted & facts for facts in given.alternatives[:OFFERED])
    marks = {"language": question.language == base_language(given.language)}
    marks |= _by_expectation(question.expect, given, hit, offered, wanted)
    if question.expect not in ("emergency", "refuse") and not any(fact.startswith("X") for fact in wanted):
        marks["false_alarm"] = given.decision == "emergency"
    return marks


def _by_expectation(
    expect: str, given: Given, hit: bool, offered: bool, wanted: frozenset[str]
) -> dict[str, bool]:
    if expect == "answer":
        return {
            "top1": hit,
            "top3": offered,
            "wrong": given.decision in ("answer", "refuse") and not wanted & given.facts,
            "abstain": given.decision in _NO_ANSWER and not offered,
        }
    if expect == "clarify":
        return {"choice": offered}
    if expect == "emergency":
        return {"alarm_recall": given.decision == "emergency" or hit}
    if expect == "refuse":
        return {"refused": given.decision == "refuse" or hit}
    return {"false_answer": given.decision == "answer" and not wanted & given.facts}


def figures(questions: Sequence[Question], replies: Sequence[Given]) -> dict[str, dict[str, Figure]]:
    """Figures by group: "all", then each language; within a group by mark."""
    groups: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for question, given in zip(questions, replies, strict=True):
        for mark, value in judge(question, given).items():
            groups["all"][mark].append(value)
            groups[question.language][mark].append(value)
    return {
        group: {mark: _figure(values) for mark, values in groups[group].items()}
        for group in sorted(groups, key=lambda name: (name != "all", name))
    }


def _figure(values: list[bool]) -> Figure:
    return Figure(sum(values) / len(values), len(values))


def confusions(questions: Sequence[Question], replies: Sequence[Given]) -> list[Confusion]:
    """What was answered instead of what was wanted, most frequent first."""
    counted = Counter(
        (question.facts[0] if question.facts else "none", given.entry)
        for question, given in zip(questions, replies, strict=True)
        if given.entry and _misleads(judge(question, given))
    )
    return [Confusion(wanted, entry, count) for (wanted, entry), count in counted.most_common()]


def _misleads(marks: dict[str, bool]) -> bool:
    return bool(marks.get("wrong") or marks.get("false_answer"))


@dataclass(frozen=True)
class RiskPoint:
    """Answering from `threshold` on: the share of questions answered, and of answers that are wrong."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(outcomes: Sequence[tuple[float, bool]]) -> list[RiskPoint]:
    """The curve over (confidence, right) of each question, from the most confident on."""
    ordered = sorted(outcomes, key=lambda outcome: -outcome[0])
    points, wrong = [], 0
    for place, (confidence, right) in enumerate(ordered, 1):
        wrong += not right
        points.append(RiskPoint(confidence, place / len(ordered), wrong / place))
    return points
