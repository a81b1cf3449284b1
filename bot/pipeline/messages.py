"""Reading and writing messages in the record. Every access to a message goes through here."""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import case, delete, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Button, Conversation, Delivery, Message, Moment, now
from bot.base.reply import Choice, Reply
from bot.base.storage import Storage
from bot.pipeline.inbound import Inbound
from bot.pipeline.stored import StoredMessage, seal, stored

_BOT = Message.sender == "bot"
_BUTTON_ID = re.compile(r"[\w-]{1,24}", re.ASCII)  # PostgreSQL fails on some characters that people can send


class Messages:
    """The messages of the record, opened with the keys of their conversations."""

    def __init__(self, storage: Storage, keys: ConversationKeys, button_days: int) -> None:
        self._storage = storage
        self._keys = keys
        self._button_age = timedelta(days=button_days)

    async def received(self, inbound: Inbound, text: str) -> tuple[StoredMessage, bool]:
        """Store a person's message, or find the one already stored under its `client_id`.

        Returns it, and whether it is new. The person was last heard when the newest message was accepted,
        however long it waited."""
        id = inbound.conversation_id
        async with self._storage.write() as session:
            message = await session.scalar(
                select(Message).where(Message.conversation_id == id, Message.client_id == inbound.client_id)
            )
            is_new = message is None
            if message is None:
                content = seal(self._keys, id, {"text": text})
                message = Message(
                    conversation_id=id, sender="person", client_id=inbound.client_id, content=content
                )
                session.add(message)
                heard = update(Conversation).where(Conversation.id == id)
                at = literal(inbound.at or now(), Moment)
                later = case((Conversation.last_heard_at > at, Conversation.last_heard_at), else_=at)
                await session.execute(heard.values(last_heard_at=later, blocked=False))
        return stored(self._keys, message), is_new

    async def answered(
        self, message: StoredMessage, reply: Reply, heard_language: str, *, interim: bool = False
    ) -> StoredMessage:
        """Store a reply with its buttons and the conversation's language, all or nothing.

        Where another process stored one first, that one is returned: a message has one reply."""
        try:
            async with self._storage.write() as session:
                row = self._reply(session, message, reply, heard_language, interim)
                await session.flush()
                if not interim:
                    await _remember_language(session, message.conversation_id, heard_language)
        except IntegrityError:
            found = await self.answer_of(message, interim=interim)
            if found is None:  # the conversation was deleted meanwhile
                raise
            return found
        return stored(self._keys, row)

    def _reply(
        self, session: AsyncSession, message: StoredMessage, reply: Reply, heard_language: str, interim: bool
    ) -> Message:
        id = message.conversation_id
        content = {
            "text": reply.text,
            "language": reply.decision.language,
            "heard_language": heard_language,
            "buttons": _buttons(session, id, reply.choices),
            "asks_for_location": reply.decision.asks_for_location,
        }
        row = Message(
            conversation_id=id,
            sender="bot",
            answers=message.id,
            interim=interim,
            content=seal(self._keys, id, content),
            decision=reply.decision.model_dump(mode="json"),
        )
        session.add(row)
        return row

    async def announced(self, id: str, reply: Reply, after: str | None = None) -> StoredMessage:
        """Store a message of the bot that answers none of the stored messages.

        Where `after` says which message led to it, by its `client_id`, it is stored once however often this
        is called."""
        # No sender numbers messages like this, and it always fits into the column.
        number = f"after {sha256(after.encode()).hexdigest()}" if after is not None else None
        content = {"text": reply.text, "language": reply.decision.language, "buttons": []}
        row = Message(
            conversation_id=id,
            sender="bot",
            client_id=number,
            content=seal(self._keys, id, content),
            decision=reply.decision.model_dump(mode="json"),
        )
        try:
            async with self._storage.write() as session:
                session.add(row)
        except IntegrityError:
            found = await self._one(Message.conversation_id == id, Message.client_id == number)
            if found is None:  # the conversation was deleted meanwhile
                raise
            return found
        return stored(self._keys, row)

    async def answer_of(self, message: StoredMessage, *, interim: bool = False) -> StoredMessage | None:
        """The stored reply to `message`, if there is one."""
        return await self._one(Message.answers == message.id, Message.interim.is_(interim))

    async def reply_to(self, id: str, client_id: str) -> StoredMessage | None:
        """The reply, or at least the apology, to the message that its sender numbered `client_id`."""
        asked = await self._one(Message.conversation_id == id, Message.client_id == client_id)
        if asked is None:
            return None
        return await self.answer_of(asked) or await self.answer_of(asked, interim=True)

    async def message(self, number: int) -> StoredMessage | None:
        """Message `number`; None after it was deleted."""
        return await self._one(Message.id == number)

    async def last_of_bot(self, id: str) -> StoredMessage | None:
        """The newest message of the bot in a conversation."""
        newest = select(Message).where(Message.conversation_id == id, _BOT).order_by(Message.id.desc())
        async with self._storage.read() as session:
            found = await session.scalar(newest.limit(1))
        return stored(self._keys, found) if found else None

    async def after(self, id: str, last: int) -> Sequence[StoredMessage]:
        """Messages of a conversation with a number above `last`, oldest first."""
        async with self._storage.read() as session:
            found = await session.scalars(
                select(Message).where(Message.conversation_id == id, Message.id > last).order_by(Message.id)
            )
            return [stored(self._keys, message) for message in found]

    async def has(self, id: str, number: int) -> bool:
        """Whether the conversation still holds message `number`; not after it was deleted."""
        return await self._one(Message.conversation_id == id, Message.id == number) is not None

    async def button(self, id: str, button_id: str) -> Choice | None:
        """What a button of this conversation does; None if it is unknown or too old."""
        if not _BUTTON_ID.fullmatch(button_id):
            return None
        async with self._storage.read() as session:
            found = await session.scalar(
                select(Button).where(
                    Button.id == button_id,
                    Button.conversation_id == id,
                    Button.created_at > now() - self._button_age,
                )
            )
        return Choice(title=found.title, payload=found.payload) if found else None

    async def delete_older(self, days: int) -> None:
        """Delete messages, buttons and deliveries older than that many days."""
        border = now() - timedelta(days=days)
        async with self._storage.write() as session:
            for table in (Message, Button):
                await session.execute(delete(table).where(table.created_at < border))
            await session.execute(delete(Delivery).where(Delivery.changed_at < border))

    async def _one(self, *conditions: object) -> StoredMessage | None:
        async with self._storage.read() as session:
            found = await session.scalar(select(Message).where(*conditions))  # type: ignore[arg-type]
        return stored(self._keys, found) if found else None


async def _remember_language(session: AsyncSession, id: str, language: str) -> None:
    # A language that an action has just set for good stays.
    spoken = update(Conversation).where(Conversation.id == id, Conversation.language_chosen.is_(False))
    await session.execute(spoken.values(language=language))


def _buttons(session: AsyncSession, id: str, choices: Sequence[Choice]) -> list[dict[str, str]]:
    shown = []
    for choice in choices:
        button_id = secrets.token_urlsafe(12)
        session.add(Button(id=button_id, conversation_id=id, payload=choice.payload, title=choice.title))
        shown.append({"id": button_id, "title": choice.title})
    return shown
