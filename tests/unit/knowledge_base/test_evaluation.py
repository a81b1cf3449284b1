"""The figures of an evaluation, each against a case that was worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.evaluation import (
    MARKS,
    Confusion,
    Figure,
    Given,
    RiskPoint,
    confusions,
    figures,
    judge,
    risk_coverage,
)
from knowledge_base.question_file import EXPECTED, Question

DECISIONS = ("answer", "clarify", "emergency", "handoff", "smalltalk", "decline", "refuse")


def question(expect: str = "answer", *facts: str, language: str = "en") -> Question:
    return Question(language, "How?", expect, facts)


def reply(decision: str, facts: str = "", alternatives: str = "", language: str = "en") -> Given:
    """A reply; `facts` and the alternatives are written as "F1+F2, F3"."""
    offered = tuple(frozenset(item.split("+")) for item in alternatives.split(", ") if item)
    entry = "a.b" if facts else None
    return Given(decision, entry, frozenset(filter(None, facts.split("+"))), offered, 0.5, language)


ANSWERS: list[tuple[str, Given, set[str]]] = [
    ("right", reply("answer", "F2+F9"), {"top1", "top3"}),
    ("right by a warning", reply("refuse", "F1"), {"top1", "top3"}),
    ("right by an emergency", reply("emergency", "F1"), {"top1", "top3", "false_alarm"}),
    ("another answer", reply("answer", "F3"), {"wrong"}),
    ("another answer, the right one offered", reply("answer", "F3", "F4, F1"), {"wrong", "top3"}),
    ("a choice with the right one", reply("clarify", "", "F3, F4, F1+F5"), {"top3"}),
    ("a choice with the right one in the fourth place", reply("clarify", "", "F3, F4, F5, F1"), set()),
    ("nothing", reply("decline"), {"abstain"}),
    ("nothing, the right one offered", reply("decline", "", "F2"), {"top3"}),
    ("a person", reply("handoff", "X01"), {"abstain"}),
    ("small talk", reply("smalltalk"), {"abstain"}),
    ("an alarm", reply("emergency", "X01"), {"false_alarm"}),
]


@pytest.mark.parametrize(
    ("given_reply", "marks"), [case[1:] for case in ANSWERS], ids=[c[0] for c in ANSWERS]
)
def test_judge_question_for_an_answer(given_reply: Given, marks: set[str]) -> None:
    found = judge(question("answer", "F1", "F2"), given_reply)
    assert set(found) == {"top1", "top3", "wrong", "abstain", "false_alarm", "language"}
    assert {mark for mark, value in found.items() if value} == marks | {"language"}


OTHERS: list[tuple[Question, Given, str, bool]] = [
    (question("clarify", "F1"), reply("clarify", "", "F2, F1"), "choice", True),
    (question("clarify", "F1"), reply("answer", "F1"), "choice", True),
    (question("clarify", "F1"), reply("clarify", "", "F2, F3"), "choice", False),
    (question("clarify", "F1"), reply("decline"), "choice", False),
    (question("emergency", "X01"), reply("emergency"), "alarm_recall", True),
    (question("emergency", "X01"), reply("answer", "X01+F1"), "alarm_recall", True),
    (question("emergency", "X01"), reply("clarify", "", "X01"), "alarm_recall", False),
    (question("emergency", "X01"), reply("answer", "F1"), "alarm_recall", False),
    (question("emergency"), reply("decline"), "alarm_recall", False),
    (question("decline"), reply("answer", "F1"), "false_answer", True),
    (question("smalltalk"), reply("answer", "F1"), "false_answer", True),
    (question("decline"), reply("decline"), "false_answer", False),
    (question("decline"), reply("clarify", "", "F1"), "false_answer", False),
    (question("smalltalk"), reply("smalltalk"), "false_answer", False),
    (question("refuse", "F1"), reply("refuse", "F3"), "refused", True),
    (question("refuse", "F1"), reply("answer", "F1"), "refused", True),
    (question("refuse", "F1"), reply("answer", "F3"), "refused", False),
    (question("refuse"), reply("decline"), "refused", False),
]


@pytest.mark.parametrize(("asked", "given_reply", "mark", "expected"), OTHERS)
def test_judge_other_questions(asked: Question, given_reply: Given, mark: str, expected: bool) -> None:
    found = judge(asked, given_reply)
    assert found[mark] is expected
    assert set(found) <= {mark, "language", "false_alarm"}


@pytest.mark.parametrize(
    ("asked", "decision", "expected"),
    [
        (question("decline"), "emergency", True),
        (question("smalltalk"), "emergency", True),
        (question("answer", "F1"), "emergency", True),
        (question("answer", "F1"), "answer", False),
        (question("answer", "F1", "X02"), "emergency", None),  # an emergency fact is wanted too
        (question("emergency"), "emergency", None),
    ],
)
def test_judge_false_alarm(asked: Question, decision: str, expected: bool | None) -> None:
    assert judge(asked, reply(decision)).get("false_alarm") is expected


@pytest.mark.parametrize(
    ("asked", "replied", "expected"),
    [
        ("ar", "ar", True),
        ("ar", "fa", False),
        ("fa", "prs", True),
        ("kmr", "ku", True),
        ("kmr", "ckb", False),
    ],
)
def test_judge_language(asked: str, replied: str, expected: bool) -> None:
    found = judge(question("decline", language=asked), reply("decline", language=replied))
    assert found["language"] is expected


ASKED = [
    question("answer", "F1"),
    question("answer", "F1"),
    question("answer", "F1", language="ar"),
    question("decline", language="ar"),
    question("emergency", "X01", language="ar"),
]
REPLIES = [
    reply("answer", "F1"),
    reply("answer", "F2"),
    reply("clarify", "", "F1", language="ar"),
    reply("answer", "F2", language="tr"),
    reply("emergency", "X01", language="ar"),
]


def test_figures_are_shares_of_the_questions_they_concern() -> None:
    found = figures(ASKED, REPLIES)
    assert list(found) == ["all", "ar", "en"]
    assert found["all"] == {
        "top1": Figure(1 / 3, 3),
        "top3": Figure(2 / 3, 3),
        "wrong": Figure(1 / 3, 3),
        "abstain": Figure(0, 3),
        "false_answer": Figure(1, 1),
        "alarm_recall": Figure(1, 1),
        "false_alarm": Figure(0, 4),
        "language": Figure(4 / 5, 5),
    }
    assert found["en"]["top1"] == Figure(1 / 2, 2)
    assert found["ar"]["top3"] == Figure(1, 1)
    assert found["ar"]["language"] == Figure(2 / 3, 3)
    assert "false_answer" not in found["en"]


def test_figures_want_a_reply_to_each_question() -> None:
    with pytest.raises(ValueError, match="shorter"):
        figures(ASKED, REPLIES[:-1])


def test_figures_of_nothing() -> None:
    assert figures([], []) == {}


def test_confusions_count_what_was_answered_instead() -> None:
    other = Given("answer", "b.c", frozenset({"F3"}), (), 0.5, "en")
    asked = [*ASKED, question("answer", "F1", "F4"), question("answer", "F1")]
    assert confusions(asked, [*REPLIES, other, reply("answer", "F5")]) == [
        Confusion("F1", "a.b", 2),
        Confusion("none", "a.b", 1),
        Confusion("F1", "b.c", 1),
    ]


def test_risk_coverage_from_the_most_confident_on() -> None:
    found = risk_coverage([(0.2, False), (0.9, True), (0.8, False), (0.5, True)])
    assert found == [
        RiskPoint(0.9, 0.25, 0),
        RiskPoint(0.8, 0.5, 1 / 2),
        RiskPoint(0.5, 0.75, 1 / 3),
        RiskPoint(0.2, 1, 2 / 4),
    ]
    assert risk_coverage([]) == []


FACT_SETS = st.frozensets(st.sampled_from(["F1", "F2", "X01"]), max_size=2)
REPLY = st.builds(
    Given,
    decision=st.sampled_from(DECISIONS),
    entry=st.just("a.b"),
    facts=FACT_SETS,
    alternatives=st.lists(FACT_SETS, max_size=4).map(tuple),
    confidence=st.floats(0, 1),
    language=st.sampled_from(["en", "ar"]),
)
QUESTION = st.builds(
    Question,
    language=st.sampled_from(["en", "ar"]),
    text=st.just("How?"),
    expect=st.sampled_from(EXPECTED),
    facts=FACT_SETS.map(tuple),
)


@given(QUESTION, REPLY)
def test_judge_any_reply(asked: Question, given_reply: Given) -> None:
    found = judge(asked, given_reply)
    assert set(found) <= set(MARKS)
    if asked.expect == "answer":
        assert not (found["top1"] and (found["wrong"] or found["abstain"]))
        assert found["top3"] or not found["top1"]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=20))
def test_risk_coverage_of_any_outcomes(outcomes: list[tuple[float, bool]]) -> None:
    points = risk_coverage(outcomes)
    assert [point.coverage for point in points] == sorted(point.coverage for point in points)
    assert [point.threshold for point in points] == sorted((c for c, _ in outcomes), reverse=True)
    wrong = sum(not right for _, right in outcomes)
    assert points[-1] == RiskPoint(min(c for c, _ in outcomes), 1, wrong / len(outcomes))
