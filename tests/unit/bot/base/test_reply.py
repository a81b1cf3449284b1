import pytest
from pydantic import ValidationError

from bot.base.reply import Alternative, Choice, Decision, Reply


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "guess"},
        {"confidence": 1.01},
        {"confidence": -0.1},
        {"confidence": float("nan")},
        {"language": None},
        {"unknown": 1},
        {"alternatives": [{"entry": "a.b"}]},
    ],
)
def test_decision_refuses_what_was_not_agreed(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Decision.model_validate({"decision": "answer", "language": "en", **wrong})


def test_decision_survives_the_way_through_json() -> None:
    near = Alternative(entry="a.b", facts=("R01",), confidence=0.25)
    decision = Decision(decision="clarify", language="ckb", confidence=0.5, alternatives=(near,))
    assert Decision.model_validate(decision.model_dump(mode="json")) == decision


def test_decision_defaults_promise_nothing() -> None:
    decision = Decision(decision="smalltalk", language="en")
    assert (decision.entry, decision.facts, decision.alternatives, decision.handoff) == (None, (), (), False)


def test_reply_cannot_be_changed() -> None:
    reply = Reply(text="Hello", decision=Decision(decision="smalltalk", language="en"))
    with pytest.raises(ValidationError):
        reply.text = "Other"
    with pytest.raises(ValidationError):
        Choice.model_validate({"title": "A", "payload": "/a", "type": "postback"})
