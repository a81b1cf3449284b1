"""Running single actions as Rasa calls them, over tiny content, with real texts and the real directory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.executor import build_executor
from actions.services import Services
from bot.base.texts import Texts
from bot.pipeline.message_vectors import MessageVectors
from knowledge_base.calibration import load_calibration
from knowledge_base.content_files import Content
from knowledge_base.directory import Directory
from knowledge_base.directory_words import DirectoryWords
from knowledge_base.search import Search
from tests.support.words import WordEncoder, word_index

THRESHOLDS = {"answer": (0.0, 0.0), "clarify": (1.1, 0.0), "decline": (1.1, 1.1)}


@dataclass(frozen=True)
class Said:
    """What an action said: names of texts, the buttons' payloads, the words filled in, the decision."""

    texts: list[str]
    buttons: dict[str, str]  # payload by title
    words: dict[str, Any]
    decision: dict[str, Any]
    events: dict[str, Any]  # values of slots, and "followup"


class Profile:
    """Stands for the conversations in the record, and notes what it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    async def set_language(self, id: str, language: str, *, chosen: bool) -> None:
        self.calls.append(("language", id, language, chosen))

    async def give_feedback(self, id: str, entry: str, helpful: bool) -> None:
        self.calls.append(("feedback", id, entry, helpful))

    async def held(self, id: str) -> dict[str, int]:
        return {"messages": 2, "tickets": 1}

    async def request_forget(self, id: str) -> None:
        self.calls.append(("forget", id))


class Desk:
    """Stands for the tickets."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str, str]] = []

    async def open_ticket(self, conversation_id: str, reason: str, language: str) -> bool:
        self.opened.append((conversation_id, reason, language))
        return len(self.opened) == 1


class Bot:
    """All actions, with a search that always decides `kind`."""

    def __init__(self, content: Content, texts: Texts, directory: Directory, root: Path, kind: str) -> None:
        answer, clarify = THRESHOLDS[kind]
        limits = {
            "answer": answer,
            "answer_one_word": answer,
            "answer_two_words": answer,
            "clarify": clarify,
            "clarify_few_words": clarify,
        }
        search = Search(content, word_index(content, root), load_calibration().model_copy(update=limits))
        self.encoder = WordEncoder()
        self.vectors = MessageVectors(self.encoder)
        self.profile, self.desk = Profile(), Desk()
        self.services = Services(
            texts=texts,
            content=content,
            directory=directory,
            directory_words=DirectoryWords(directory),
            search=search,
            vectors=self.vectors,
            profile=self.profile,
            tickets=self.desk,
        )
        self.actions = build_executor(self.services).actions

    async def run(
        self,
        action: str,
        text: str = "",
        intent: str = "nlu_fallback",
        slots: dict[str, Any] | None = None,
        *,
        language: str = "en",
        likely: tuple[str, float] | None = None,
        entities: dict[str, str] | None = None,
    ) -> Said:
        """What `action` says to `text`; `likely` is the best intent where Rasa was not sure."""
        ranking = [{"name": intent, "confidence": 0.9}]
        if likely:
            ranking.append({"name": likely[0], "confidence": likely[1]})
        message = {
            "text": text,
            "intent": ranking[0],
            "intent_ranking": ranking,
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "metadata": {"language": language},
        }
        dispatcher = CollectingDispatcher()
        tracker = Tracker("web-1", slots or {}, message, [], False, None, {}, None)
        events = await self.actions[action](dispatcher, tracker, {})
        return _said(dispatcher.messages, events)


def _said(messages: list[dict[str, Any]], events: list[dict[str, Any]]) -> Said:
    spoken = [message for message in messages if message.get("response")]
    reports = [message["custom"] for message in messages if message.get("custom")]
    assert len(reports) <= 1, reports
    # In order: Rasa applies one event after the other.
    happened = {event["name"]: event.get("value") for event in events if event["event"] == "slot"}
    followups = [event["name"] for event in events if event["event"] == "followup"]
    if followups:
        happened["followup"] = followups[-1]
    return Said(
        texts=[message["response"] for message in spoken],
        buttons={b["title"]: b["payload"] for message in spoken for b in message["buttons"]},
        words={name: value for message in spoken for name, value in message["words"].items()},
        decision=reports[0] if reports else {},
        events=happened,
    )
