"""What became of replies at their platforms, for those who run the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.base.record import Delivery
from bot.base.storage import Storage


@dataclass(frozen=True)
class Listed:
    """One part of a reply at its platform. Says nothing about its content."""

    conversation_id: str
    message: int | None  # number of the reply in the record; None where only the platform knows it
    state: str
    error: int | None  # the platform's code
    at: datetime  # of the newest change


class DeliveryList:
    """The deliveries in the record, as they are read."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def newest(self, limit: int, *, failed_only: bool) -> Sequence[Listed]:
        """At most `limit` deliveries, the newest first."""
        chosen = select(Delivery).order_by(Delivery.changed_at.desc(), Delivery.id.desc()).limit(limit)
        if failed_only:
            chosen = chosen.where(Delivery.state == "failed")
        async with self._storage.read() as session:
            found = await session.scalars(chosen)
            return [
                Listed(row.conversation_id, row.message_id, row.state, row.error, row.changed_at)
                for row in found
            ]
