"""Reading and writing conversations in the record."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Conversation, Feedback, Message, Ticket, now
from bot.base.sealing import Sealer, Unreadable
from bot.base.storage import Storage


class Conversations:
    """The conversations of the record."""

    def __init__(self, storage: Storage, keys: ConversationKeys) -> None:
        self._storage = storage
        self._keys = keys

    async def open(self, id: str, channel: str, address: str | None = None) -> Conversation:
        """The conversation `id`, created if it is new. Chats of channel "test" never enter statistics."""
        found = await self.find(id)
        if found:
            return found
        sealed = self._keys.get_or_create(id).seal(address) if address else None
        async with self._storage.write() as session:
            conversation = await session.get(Conversation, id) or Conversation(
                id=id, channel=channel, is_test=channel == "test", address=sealed
            )
            session.add(conversation)
        return conversation

    async def find(self, id: str) -> Conversation | None:
        """The conversation `id`, or None."""
        async with self._storage.read() as session:
            return await session.get(Conversation, id)

    def address(self, conversation: Conversation) -> str | None:
        """Where replies go; None where they are fetched, or where the key was destroyed."""
        sealer = self._keys.find(conversation.id)
        if conversation.address is None or sealer is None:
            return None
        try:
            return sealer.open(conversation.address)
        except Unreadable:
            return None

    async def set_language(self, id: str, language: str, *, chosen: bool) -> None:
        """Remember the language; a `chosen` one stays whatever the person types in later."""
        await self._set(id, {"language": language} | ({"language_chosen": True} if chosen else {}))

    async def forget_language(self, id: str) -> None:
        """Forget the language of a conversation; the next message shows it again."""
        await self._set(id, {"language": None, "language_chosen": False})

    async def set_blocked(self, id: str, blocked: bool) -> None:
        """Remember that a person does not want our messages, or wants them again."""
        await self._set(id, {"blocked": blocked})

    async def move_address(self, id: str, sealer: Sealer, address: str | None) -> None:
        """Seal the address with another key, with which the conversation begins anew."""
        await self._set(id, {"address": sealer.seal(address) if address else None})

    async def begin_anew(self, id: str) -> Conversation | None:
        """Delete everything that hangs on a conversation, but not where its replies go and in which
        language. None where it is not held."""
        async with self._storage.write() as session:
            old = await session.get(Conversation, id)
            if old is None:
                return None
            kept = Conversation(
                id=id, channel=old.channel, is_test=old.is_test, address=old.address, language=old.language
            )
            await session.execute(delete(Conversation).where(Conversation.id == id))
            session.expunge(old)
            session.add(kept)
        await self._storage.erase_traces()
        return kept

    async def request_forget(self, id: str) -> None:
        """Note that everything about this conversation must be deleted; survives a crash."""
        await self._set(id, {"forget_requested": True})

    async def _set(self, id: str, values: dict[str, Any]) -> None:
        async with self._storage.write() as session:
            await session.execute(update(Conversation).where(Conversation.id == id).values(**values))

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

    async def is_empty(self, id: str) -> bool:
        """Whether a conversation holds nothing of the person: no message and no ticket."""
        said = select(Message.id).where(Message.conversation_id == id, Message.sender == "person")
        wished = select(Ticket.id).where(Ticket.conversation_id == id)
        async with self._storage.read() as session:
            if await session.scalar(said.limit(1)) is not None:
                return False
            return await session.scalar(wished.limit(1)) is None

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
