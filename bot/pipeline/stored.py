"""Messages as they are read from the record, with their content opened."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Message
from bot.base.sealing import Unreadable


@dataclass(frozen=True)
class StoredMessage:
    """One message of a conversation. `text` is empty where its key was destroyed."""

    id: int
    conversation_id: str
    sender: str
    client_id: str | None
    text: str
    language: str | None = None
    heard_language: str | None = None  # what was recognised in the message that this one answers
    buttons: list[dict[str, str]] = field(default_factory=list)
    asks_for_location: bool = False
    interim: bool = False
    decision: dict[str, Any] | None = None


def seal(keys: ConversationKeys, conversation_id: str, content: dict[str, Any]) -> str:
    """Content as the record holds it; makes the conversation's key where there is none."""
    return keys.get_or_create(conversation_id).seal(json.dumps(content, ensure_ascii=False))


def stored(keys: ConversationKeys, message: Message) -> StoredMessage:
    """The message with its content opened."""
    content = _open(keys, message)
    return StoredMessage(
        id=message.id,
        conversation_id=message.conversation_id,
        sender=message.sender,
        client_id=message.client_id,
        interim=message.interim,
        decision=message.decision,
        text=content.get("text", ""),
        language=content.get("language"),
        heard_language=content.get("heard_language"),
        buttons=content.get("buttons", []),
        asks_for_location=content.get("asks_for_location", False),
    )


def _open(keys: ConversationKeys, message: Message) -> dict[str, Any]:
    if message.content.startswith("{"):  # of a version that did not seal
        return dict(json.loads(message.content))
    sealer = keys.find(message.conversation_id)
    try:
        return dict(json.loads(sealer.open(message.content))) if sealer else {}
    except Unreadable:
        return {}
