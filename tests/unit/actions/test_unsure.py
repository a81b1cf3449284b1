"""What is said to a message of an unsure intent, with real actions over tiny content."""

from pathlib import Path
from typing import Any, cast

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.executor import build_executor
from actions.services import Services
from bot.base.texts import Texts
from bot.pipeline.message_vectors import MessageVectors
from knowledge_base.calibration import load_calibration
from knowledge_base.content_files import Content
from knowledge_base.search import Search
from tests.support.words import WordEncoder, word_index

THRESHOLDS = {"answer": (0.0, 0.0), "clarify": (1.1, 0.0), "decline": (1.1, 1.1)}


class Bot:
    """The unsure action over tiny content, with a search that always decides the same."""

    def __init__(self, content: Content, texts: Texts, directory: Path, kind: str) -> None:
        answer, clarify = THRESHOLDS[kind]
        limits = {"answer": answer, "answer_one_word": answer, "clarify": clarify}
        search = Search(content, word_index(content, directory), load_calibration().model_copy(update=limits))
        self.vectors = MessageVectors(cast("Any", WordEncoder()))
        services = Services(texts, content, search, self.vectors, cast("Any", None), cast("Any", None))
        self.run = build_executor(services).actions["action_unsure"]

    async def say(self, text: str, likely: str, confidence: float = 0.6) -> tuple[str, str]:
        """The first text and the decision for `text`, whose likely intent is `likely`."""
        ranking = [{"name": "nlu_fallback"}, {"name": likely, "confidence": confidence}]
        message = {"text": text, "intent": ranking[0], "intent_ranking": ranking}
        dispatcher = CollectingDispatcher()
        tracker = Tracker("a", {}, message, [], False, None, {}, None)
        await self.run(dispatcher, tracker, {})
        first, *_, last = dispatcher.messages
        return first["response"], last["custom"]["decision"]


@pytest.mark.parametrize(
    ("kind", "text", "likely", "expected"),
    [
        ("answer", "how is travel", "greet", ("utter_answer", "answer")),
        ("clarify", "what about travel and school today", "greet", ("utter_clarify", "clarify")),
        ("clarify", "travel hello", "greet", ("utter_greet", "smalltalk")),
        ("decline", "hello to all of you", "greet", ("utter_greet", "smalltalk")),
        ("decline", "a long question that nobody answered", "greet", ("utter_decline", "decline")),
        ("decline", "what does that long film tell", "off_topic", ("utter_off_topic", "decline")),
        ("decline", "zzz", "delete_my_data", ("utter_decline", "decline")),
        ("decline", "zzz", "ask_question", ("utter_decline", "decline")),
    ],
)
async def test_unsure_message(
    tiny_content: Content, texts: Texts, tmp_path: Path, kind: str, text: str, likely: str, expected: object
) -> None:
    bot = Bot(tiny_content, texts, tmp_path, kind)
    assert await bot.say(text, likely) == expected
    bot.vectors.close()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("answer", ("danger_hint", "answer")),
        ("clarify", ("danger_hint", "clarify")),
        ("decline", ("utter_emergency_danger", "emergency")),
    ],
)
async def test_unsure_emergency_names_the_number_first(
    tiny_content: Content, texts: Texts, tmp_path: Path, kind: str, expected: object
) -> None:
    bot = Bot(tiny_content, texts, tmp_path, kind)
    assert await bot.say("how is travel", "emergency") == expected
    bot.vectors.close()


@pytest.mark.parametrize(("likely", "confidence"), [("insult", 0.3), ("deny", 0.6), ("affirm", 0.6)])
async def test_unsure_short_cry_is_not_brushed_off(
    tiny_content: Content, texts: Texts, tmp_path: Path, likely: str, confidence: float
) -> None:
    # "I feel bad" in Russian was answered "All right. What would you like to know instead?"
    bot = Bot(tiny_content, texts, tmp_path, "decline")
    assert await bot.say("zzz", likely, confidence) == ("utter_decline", "decline")
    bot.vectors.close()
