"""Tickets: wishes to talk to a person, kept until operators can take them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.base.record import Conversation, Ticket
from bot.base.storage import Storage


class Tickets:
    """The tickets in the record."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def open_ticket(self, conversation_id: str, reason: str, language: str) -> bool:
        """Store a ticket; False when the conversation has an open one already."""
        async with self._storage.write() as session:
            found = await session.scalar(
                select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.state == "open")
            )
            if found:
                return False
            session.add(Ticket(conversation_id=conversation_id, reason=reason, language=language))
        return True

    async def open_tickets(self) -> Sequence[tuple[Ticket, datetime | None]]:
        """Open tickets of real conversations, oldest first, and when the person wrote last.

        Tests are left out."""
        async with self._storage.read() as session:
            found = await session.execute(
                select(Ticket, Conversation.last_heard_at)
                .join(Conversation, Conversation.id == Ticket.conversation_id)
                .where(Ticket.state == "open", Conversation.is_test.is_(False))
                .order_by(Ticket.id)
            )
            return [(ticket, heard) for ticket, heard in found]
