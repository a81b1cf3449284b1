"""What is to be sent: references to stored messages, never their content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.base.conversation_keys import ConversationKeys
from bot.pipeline.entries import Entry
from bot.pipeline.inbound import Delivery
from bot.pipeline.streams import ADD_ONCE, FINISH, inbox, lease, outbox, tries

_DAY = 24 * 3600


@dataclass(frozen=True)
class Sending:
    """One part of a stored message that must go to its platform."""

    conversation_id: str
    message: int
    part: int


class LeaseLost(Exception):
    """Another worker has the partition now; what was done under the old lease must not be noted."""


class Outbox:
    """Adds to the outbox streams, always in the same step that ends what led to it."""

    def __init__(self, redis: Redis, keys: ConversationKeys) -> None:
        self._keys = keys
        self._finish = redis.register_script(FINISH)
        self._add = redis.register_script(ADD_ONCE)

    async def finish(self, entry: Entry, stream: Callable[[int], str], sendings: Sequence[Sending]) -> None:
        """End an entry of the inbox and queue what it led to. Raises LeaseLost, RedisError."""
        follows: list[str | int] = [
            value
            for sending in sendings
            for value in (sending.conversation_id, sending.message, sending.part, "", "reply")
        ]
        await self._end(entry, stream, outbox, follows)

    async def sent(self, entry: Entry, delivery: Delivery) -> None:
        """End an entry of the outbox and queue the note for the record. Raises LeaseLost, RedisError."""
        id, sealer = entry.conversation_id, self._keys.find(entry.conversation_id)
        # Without a key the person was forgotten meanwhile, and there is nothing to note.
        sealed = sealer.seal(delivery.model_dump_json(exclude_none=True)) if sealer else None
        await self._end(entry, outbox, inbox, [id, "", "", sealed, delivery.kind] if sealed else [])

    async def _end(
        self,
        entry: Entry,
        stream: Callable[[int], str],
        following: Callable[[int], str],
        follows: Sequence[str | int],
    ) -> None:
        partition = entry.partition
        name = stream(partition)
        keys = [lease(partition), name, tries(name), following(partition)]
        if await self._finish(keys=keys, args=[entry.token, entry.id, *follows]) == -1:
            raise LeaseLost

    async def add_once(self, entry: Entry, sendings: Sequence[Sending]) -> None:
        """Queue what is said while `entry` waits, once in a day. Raises LeaseLost, RedisError."""
        keys = [lease(entry.partition), f"said:{entry.key}:meanwhile", outbox(entry.partition)]
        flat = [value for item in sendings for value in (item.conversation_id, item.message, item.part)]
        if sendings and await self._add(keys=keys, args=[entry.token, _DAY, *flat]) == -1:
            raise LeaseLost
