"""What an action needs to know about the message it answers."""

from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from knowledge_base.search import SearchResult

FALLBACK = "nlu_fallback"
_SMALL_TALK_WORDS = 5  # longer messages are rather questions


@dataclass(frozen=True)
class Turn:
    """One message as Rasa hands it to an action."""

    conversation_id: str
    language: str  # of the reply
    text_language: str  # recognised in the message
    text: str
    vector: str | None  # key of the message's vector
    intent: str
    confidence: float  # of the intent
    likely_intent: str  # the best intent where Rasa fell back because it was not sure, else the intent
    likely_confidence: float
    entities: dict[str, Any]
    pending: str | None  # the question the bot asked last, for a yes or no
    slots: dict[str, Any] = field(default_factory=dict)
    found: SearchResult | None = None  # what the knowledge base has, once it was asked

    @property
    def requested(self) -> str | None:
        """The slot that a form asked for last."""
        return self.slots.get("requested_slot")

    @property
    def words(self) -> int:
        """The number of words in the message."""
        return len(self.text.split())

    @property
    def is_short(self) -> bool:
        """Whether the message is as short as small talk, or a pressed button."""
        return self.words <= _SMALL_TALK_WORDS or self.text.startswith("/")


def read_turn(tracker: Tracker) -> Turn:
    """The latest message of `tracker`; its metadata was set by the pipeline."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    language = str(metadata.get("language") or "en")
    intent = message.get("intent") or {}
    likely = _likely(message, intent)
    return Turn(
        conversation_id=tracker.sender_id,
        language=language,
        text_language=str(metadata.get("text_language") or language),
        text=str(message.get("text") or ""),
        vector=metadata.get("vector"),
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        likely_intent=str(likely.get("name") or ""),
        likely_confidence=float(likely.get("confidence") or 0.0),
        entities={item["entity"]: item["value"] for item in message.get("entities") or []},
        pending=tracker.get_slot("pending"),
        slots=dict(tracker.slots),
    )


def _likely(message: dict[str, Any], intent: dict[str, Any]) -> dict[str, Any]:
    """The best intent besides the fallback itself."""
    ranking: list[dict[str, Any]] = message.get("intent_ranking") or []
    return next((item for item in ranking if item.get("name") != FALLBACK), intent)
