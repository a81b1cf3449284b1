"""Server-sent events of one conversation: first what was missed, then what happens."""

import json
from collections.abc import AsyncIterator

from sse_starlette import ServerSentEvent

from bot.base.languages import languages
from bot.pipeline.conversations import Conversations
from bot.pipeline.listeners import Listeners
from bot.pipeline.messages import Messages
from bot.pipeline.stored import StoredMessage


async def events(
    conversations: Conversations, messages: Messages, listeners: Listeners, conversation_id: str, last: int
) -> AsyncIterator[ServerSentEvent]:
    """Events for one open page, which has seen the messages up to number `last`.

    Listening begins before the record is read, so nothing falls between the two."""
    with listeners.listen(conversation_id) as queue:
        language = await _language(conversations, conversation_id)
        yield _state(language)
        if last and not await messages.has(conversation_id, last):
            last = 0
            yield _event("reset", {})
        while True:
            for message in await messages.after(conversation_id, last):
                last = message.id
                yield _event("message", shown(message), message.id)
            notice = await queue.get()
            if notice == "stop":  # the page connects again by itself
                return
            if notice != "message":
                yield _event(notice, {})
            last = 0 if notice == "reset" else last
            changed = await _language(conversations, conversation_id)
            if changed != language:
                language = changed
                yield _state(language)


def shown(message: StoredMessage) -> dict[str, object]:
    """A message as the page shows it."""
    return {
        "id": message.id,
        "from": message.sender,
        "client_id": message.client_id,
        "text": message.text,
        "language": message.language,
        "direction": _direction(message.language),
        "buttons": message.buttons,
    }


async def _language(conversations: Conversations, conversation_id: str) -> str | None:
    conversation = await conversations.find(conversation_id)
    return conversation.language if conversation else None


def _state(language: str | None) -> ServerSentEvent:
    return _event("state", {"language": language, "direction": _direction(language)})


def _direction(language: object) -> str:
    return languages()[language].direction if isinstance(language, str) else "auto"


def _event(name: str, data: dict[str, object], id: int | None = None) -> ServerSentEvent:
    return ServerSentEvent(
        event=name, data=json.dumps(data, ensure_ascii=False), id=None if id is None else str(id)
    )
