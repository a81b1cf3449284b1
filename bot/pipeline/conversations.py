"""Reading and writing conversations in the record. Every access to a message goes through here."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.base.record import Button, Conversation, Feedback, Message, Ticket, now
from bot.base.reply import Choice, Reply
from bot.base.storage import Storage

Buttons = Sequence[dict[str, str]]  # id and title, as a device gets them


class Conversations:
    """The record of conversations."""

    def __init__(self, storage: Storage, button_days: int) -> None:
        self._storage = storage
        self._button_age = timedelta(days=button_days)

    async def open(self, id: str, channel: str) -> Conversation:
        """The conversation `id`, created if it is new. Chats of channel "test" never enter statistics."""
        async with self._storage.read() as session:
            found = await session.get(Conversation, id)
        if found:
            return found
        async with self._storage.write() as session:
            conversation = await session.get(Conversation, id) or Conversation(
                id=id, channel=channel, is_test=channel == "test"
            )
            session.add(conversation)
        return conversation

    async def find(self, id: str) -> Conversation | None:
        """The conversation `id`, or None."""
        async with self._storage.read() as session:
            return await session.get(Conversation, id)

    async def set_language(self, id: str, language: str, *, chosen: bool) -> None:
        """Remember the language; a `chosen` one stays whatever the person types in later."""
        async with self._storage.write() as session:
            values = {"language": language} | ({"language_chosen": True} if chosen else {})
            await session.execute(update(Conversation).where(Conversation.id == id).values(**values))

    async def received(self, id: str, client_id: str, content: dict[str, object]) -> Message:
        """Store a person's message, or return the one already stored under `client_id`."""
        async with self._storage.write() as session:
            found = await session.scalar(
                select(Message).where(Message.conversation_id == id, Message.client_id == client_id)
            )
            message = found or Message(
                conversation_id=id, sender="person", client_id=client_id, content=content
            )
            session.add(message)
        return message

    async def answer_of(self, message: Message) -> Message | None:
        """The stored reply to `message`, if it was answered already."""
        async with self._storage.read() as session:
            found: Message | None = await session.scalar(select(Message).where(Message.answers == message.id))
        return found

    async def answered(self, message: Message, reply: Reply, language: str) -> Buttons:
        """Store the reply with its buttons and remember the conversation's language, all or nothing.

        Returns the buttons as they are shown."""
        async with self._storage.write() as session:
            buttons = _buttons(session, message, reply.choices)
            session.add(_reply_row(message, reply, buttons))
            await session.execute(
                update(Conversation)
                .where(Conversation.id == message.conversation_id)
                .values(language=language)
            )
        return buttons

    async def announce(self, id: str, reply: Reply) -> None:
        """Store a message of the bot that answers none of the stored messages."""
        content: dict[str, object] = {"text": reply.text, "language": reply.decision.language, "buttons": []}
        async with self._storage.write() as session:
            session.add(Message(conversation_id=id, sender="bot", content=content))

    async def messages_after(self, id: str, last: int) -> Sequence[Message]:
        """Messages of a conversation with a number above `last`, oldest first."""
        async with self._storage.read() as session:
            found = await session.scalars(
                select(Message).where(Message.conversation_id == id, Message.id > last).order_by(Message.id)
            )
            return found.all()

    async def has_message(self, id: str, number: int) -> bool:
        """Whether the conversation still holds message `number`; not after it was deleted."""
        async with self._storage.read() as session:
            found = await session.scalar(
                select(Message.id).where(Message.conversation_id == id, Message.id == number)
            )
            return found is not None

    async def button(self, id: str, button_id: str) -> Choice | None:
        """What a button of this conversation does; None if it is unknown or too old."""
        async with self._storage.read() as session:
            found = await session.scalar(
                select(Button).where(
                    Button.id == button_id,
                    Button.conversation_id == id,
                    Button.created_at > now() - self._button_age,
                )
            )
        return Choice(title=found.title, payload=found.payload) if found else None

    async def give_feedback(self, id: str, entry: str, helpful: bool) -> None:
        """Store whether an answer helped; a second press on the same answer changes the first."""
        async with self._storage.write() as session:
            await session.execute(
                delete(Feedback).where(Feedback.conversation_id == id, Feedback.entry == entry)
            )
            session.add(Feedback(conversation_id=id, entry=entry, helpful=helpful))

    async def held(self, id: str) -> dict[str, int]:
        """How many messages and tickets are held about a conversation."""
        async with self._storage.read() as session:
            return {
                "messages": await session.scalar(_count(Message, id)) or 0,
                "tickets": await session.scalar(_count(Ticket, id)) or 0,
            }

    async def request_forget(self, id: str) -> None:
        """Note that everything about this conversation must be deleted; survives a crash."""
        async with self._storage.write() as session:
            await session.execute(
                update(Conversation).where(Conversation.id == id).values(forget_requested=True)
            )

    async def to_forget(self) -> Sequence[str]:
        """Conversations whose deletion was asked for and is not finished."""
        async with self._storage.read() as session:
            found = await session.scalars(select(Conversation.id).where(Conversation.forget_requested))
            return found.all()

    async def idle(self, days: int) -> Sequence[str]:
        """Conversations that are older than that many days and had no message since."""
        border = now() - timedelta(days=days)
        recent = select(Message.conversation_id).where(Message.created_at > border)
        async with self._storage.read() as session:
            found = await session.scalars(
                select(Conversation.id).where(
                    Conversation.created_at < border, Conversation.id.not_in(recent)
                )
            )
            return found.all()

    async def delete(self, id: str) -> None:
        """Delete a conversation with all that hangs on it, and empty the write-ahead log."""
        async with self._storage.write() as session:
            await session.execute(delete(Conversation).where(Conversation.id == id))
        await self._storage.erase_traces()


def _count(table: type[Message] | type[Ticket], id: str):  # type: ignore[no-untyped-def]
    return select(func.count()).select_from(table).where(table.conversation_id == id)


def _reply_row(message: Message, reply: Reply, buttons: Buttons) -> Message:
    return Message(
        conversation_id=message.conversation_id,
        sender="bot",
        answers=message.id,
        content={"text": reply.text, "language": reply.decision.language, "buttons": buttons},
        decision=reply.decision.model_dump(mode="json"),
    )


def _buttons(session: AsyncSession, message: Message, choices: Sequence[Choice]) -> Buttons:
    shown = []
    for choice in choices:
        id = secrets.token_urlsafe(12)
        session.add(
            Button(id=id, conversation_id=message.conversation_id, payload=choice.payload, title=choice.title)
        )
        shown.append({"id": id, "title": choice.title})
    return shown
