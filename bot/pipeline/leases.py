"""Leases of partitions: each is worked on by one process at a time."""

import logging
import math
import secrets
import time

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pipeline.streams import PARTITIONS, lease

logger = logging.getLogger(__name__)

SECONDS = 6.0  # that a lease lasts; a worker that dies is replaced after that
RENEW_EVERY = 1.5  # seconds
_WORKERS = "workers"  # sorted set: worker, time of its last sign of life

# Keys: leases. Arguments: milliseconds, then the token of each. Returns 1 for each that is still ours.
_RENEW = """
local kept = {}
for i, key in ipairs(KEYS) do
  kept[i] = 0
  if redis.call('GET', key) == ARGV[i + 1] then
    redis.call('PEXPIRE', key, ARGV[1])
    kept[i] = 1
  end
end
return kept
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Leases:
    """The partitions that this process holds, by the token of their lease.

    A token is used once: whoever loses a lease and gets it again has another one, so that nothing that was
    begun under the old lease can still change the streams."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._worker = secrets.token_hex(8)
        self._renewed = time.monotonic()
        self._held: dict[int, str] = {}

    @property
    def held(self) -> dict[int, str]:
        """Tokens by partition; empty when the leases could not be renewed for too long."""
        return self._held if time.monotonic() - self._renewed < SECONDS else {}

    async def refresh(self) -> None:
        """Renew what is held and take what is free, up to a fair share. Raises RedisError."""
        started = time.monotonic()
        await self._renew()
        share = await self._share()
        for partition in range(PARTITIONS):
            if partition not in self._held and len(self._held) < share:
                await self._take(partition)
        for partition in list(self._held)[share:]:
            await self._give_back(partition)
        self._renewed = started

    async def _renew(self) -> None:
        if self._held:
            keys = [lease(partition) for partition in self._held]
            kept = await self._redis.eval(_RENEW, len(keys), *keys, int(SECONDS * 1000), *self._held.values())
            self._held = {
                partition: token
                for (partition, token), ours in zip(self._held.items(), kept, strict=True)
                if ours
            }

    async def _share(self) -> int:
        """How many partitions each of the living workers should have."""
        now = time.time()
        async with self._redis.pipeline() as pipeline:
            pipeline.zadd(_WORKERS, {self._worker: now})
            pipeline.zremrangebyscore(_WORKERS, 0, now - SECONDS)
            pipeline.zcard(_WORKERS)
            living = int((await pipeline.execute())[-1])
        return math.ceil(PARTITIONS / max(1, living))

    async def _take(self, partition: int) -> None:
        token = secrets.token_hex(8)
        if await self._redis.set(lease(partition), token, nx=True, px=int(SECONDS * 1000)):
            self._held = {**self._held, partition: token}

    async def _give_back(self, partition: int) -> None:
        token = self._held[partition]
        self._held = {held: value for held, value in self._held.items() if held != partition}
        await self._redis.eval(_RELEASE, 1, lease(partition), token)

    async def release(self) -> None:
        """Give everything back, so that another worker or the next start need not wait."""
        try:
            for partition in list(self._held):
                await self._give_back(partition)
            await self._redis.zrem(_WORKERS, self._worker)
        except RedisError as error:
            logger.warning("leases not given back: %s", type(error).__name__)
