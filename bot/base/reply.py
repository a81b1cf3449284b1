"""What the bot says: the decision, the text and the choices a person gets."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DecisionKind = Literal["answer", "clarify", "emergency", "handoff", "smalltalk", "decline", "refuse"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Alternative(_Strict):
    """An entry that was close to the message. `confidence` is 0 to 1."""

    entry: str
    facts: tuple[str, ...]
    confidence: float = Field(ge=0, le=1)


class Decision(_Strict):
    """How the bot came to its reply. Actions return it as the one `custom` item of Rasa's reply.

    `language` is the language of the text, which differs from the person's where a translation is missing."""

    decision: DecisionKind
    language: str
    entry: str | None = None
    facts: tuple[str, ...] = ()
    confidence: float = Field(default=1.0, ge=0, le=1)
    alternatives: tuple[Alternative, ...] = ()
    handoff: bool = False
    asks_for_location: bool = False  # a person may share their place instead of writing


class Choice(_Strict):
    """A button: what it says and what it sends to Rasa when pressed."""

    title: str
    payload: str


def payload(intent: str, **entities: str) -> str:
    """What a button sends to Rasa: an intent with entities."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


class Reply(_Strict):
    """One complete reply to one message."""

    text: str
    choices: tuple[Choice, ...] = ()
    decision: Decision
