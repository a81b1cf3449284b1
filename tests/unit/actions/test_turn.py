from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.turn import read_turn


def tracker(message: dict[str, Any], slots: dict[str, Any] | None = None) -> Tracker:
    return Tracker("web-1", slots or {}, message, [], False, None, {}, None)


def test_turn_of_a_complete_message() -> None:
    turn = read_turn(
        tracker(
            {
                "text": "hi",
                "intent": {"name": "greet"},
                "entities": [{"entity": "theme", "value": "health"}, {"entity": "helpful", "value": "no"}],
                "metadata": {"language": "ckb", "text_language": "ar", "vector": "k1"},
            },
            {"pending": "delete"},
        )
    )
    assert (turn.conversation_id, turn.text, turn.intent, turn.pending) == ("web-1", "hi", "greet", "delete")
    assert (turn.language, turn.text_language, turn.vector) == ("ckb", "ar", "k1")
    assert turn.entities == {"theme": "health", "helpful": "no"}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"metadata": None, "intent": None, "entities": None, "text": None},
        {"metadata": {"language": None}},
    ],
)
def test_turn_of_a_message_without_anything(message: dict[str, Any]) -> None:
    turn = read_turn(tracker(message))
    assert (turn.language, turn.text_language, turn.text, turn.intent) == ("en", "en", "", "")
    assert (turn.vector, turn.entities, turn.pending) == (None, {}, None)


@pytest.mark.parametrize(
    ("ranking", "likely"),
    [(["nlu_fallback", "greet", "thanks"], "greet"), (["thanks"], "thanks"), ([], "nlu_fallback")],
)
def test_turn_of_an_unsure_message_knows_the_likely_intent(ranking: list[str], likely: str) -> None:
    intent = {"name": "nlu_fallback", "confidence": 0.3}
    turn = read_turn(tracker({"intent": intent, "intent_ranking": [{"name": name} for name in ranking]}))
    assert (turn.intent, turn.likely_intent, turn.confidence) == ("nlu_fallback", likely, 0.3)


def test_turn_of_a_button_has_the_language_of_the_conversation() -> None:
    turn = read_turn(tracker({"text": "/help", "metadata": {"language": "so"}}))
    assert (turn.language, turn.text_language) == ("so", "so")
