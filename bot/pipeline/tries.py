"""How often entries were tried: counted on disk, so that one that kills the process is noticed."""

from collections.abc import Callable

from redis.asyncio import Redis

from bot.pipeline.entries import Entry
from bot.pipeline.outbox import LeaseLost
from bot.pipeline.streams import COUNT_TRY, lease, tries


class Tries:
    """Counts the tries of the entries of one kind of stream; the count ends with the entry."""

    def __init__(self, redis: Redis, stream: Callable[[int], str]) -> None:
        self._stream = stream
        self._count = redis.register_script(COUNT_TRY)

    async def count(self, entry: Entry) -> int:
        """Count one more try; returns how many there were. Raises LeaseLost, RedisError."""
        keys = [lease(entry.partition), tries(self._stream(entry.partition))]
        found = int(await self._count(keys=keys, args=[entry.token, entry.id]))
        if found == -1:
            raise LeaseLost
        return found
