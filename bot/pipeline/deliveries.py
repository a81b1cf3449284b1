"""What became of the parts of a reply at their platform.

States: held (waits until the person writes again), sent, delivered, read, failed. A platform's notes may come
twice and out of order, so a state never goes back."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.base.record import Delivery as Row
from bot.base.record import now
from bot.base.storage import Storage
from bot.pipeline.inbound import Delivery
from bot.pipeline.outbox import Sending

_ORDER = ("held", "sent", "delivered", "read", "failed")


class Deliveries:
    """The deliveries in the record."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def note(self, delivery: Delivery) -> None:
        """Store what became of a part; does nothing where the record already knows better."""
        async with self._storage.write() as session:
            row = await _row(session, delivery)
            if row.state and _ORDER.index(delivery.state) < _ORDER.index(row.state):
                # A platform can be faster than our own note that the part was sent.
                row.message_id = row.message_id or delivery.message
                row.part = delivery.part if row.part is None else row.part
                return
            row.state, row.error = delivery.state, delivery.error
            row.changed_at = min(delivery.at or now(), now())  # clocks of platforms can be ahead
            row.released_by = None
            row.message_id = row.message_id or delivery.message
            row.part = delivery.part if row.part is None else row.part
            row.platform_id = delivery.platform_id or row.platform_id

    async def release(self, conversation_id: str, client_id: str) -> Sequence[Sending]:
        """Parts that wait for the person, in their order, now that a message came.

        They go with this message only: asking again gives it the same ones, and the next message none."""
        waiting = (Row.conversation_id == conversation_id, Row.state == "held")
        async with self._storage.write() as session:
            free = update(Row).where(*waiting, Row.released_by.is_(None))
            await session.execute(free.values(released_by=client_id))
            found = await session.scalars(
                select(Row).where(*waiting, Row.released_by == client_id).order_by(Row.message_id, Row.part)
            )
            return [
                Sending(conversation_id, row.message_id, row.part)
                for row in found
                if row.message_id is not None and row.part is not None
            ]

    async def hold_again(self, delivery: Delivery) -> bool:
        """Mark a part that came back as held; False where it is unknown."""
        if delivery.platform_id is None:
            return False
        values = {"state": "held", "platform_id": None, "released_by": None, "changed_at": now()}
        async with self._storage.write() as session:
            again = update(Row).where(_by_platform(delivery), Row.message_id.is_not(None)).values(values)
            found = await session.execute(again)
        return bool(found.rowcount)  # type: ignore[attr-defined]


async def _row(session: AsyncSession, delivery: Delivery) -> Row:
    """The row of a part, by the platform's number or by ours; a new one where there is none."""
    by_part = (Row.message_id == delivery.message) & (Row.part == delivery.part)
    row = await session.scalar(select(Row).where(_by_platform(delivery))) if delivery.platform_id else None
    own = await session.scalar(select(Row).where(by_part)) if delivery.message is not None else None
    if row and own and row is not own:
        # The platform was faster than our own note about a part that had been held before.
        await session.delete(own)
        await session.flush()
    found = row or own
    if found is None:
        found = Row(conversation_id=delivery.conversation_id, state="")
        session.add(found)
    return found


def _by_platform(delivery: Delivery) -> ColumnElement[bool]:
    # Some platforms number the messages of each chat on their own.
    return and_(Row.conversation_id == delivery.conversation_id, Row.platform_id == delivery.platform_id)
