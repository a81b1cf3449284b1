"""Leases of partitions: each is worked on by one process at a time."""

import logging
import math
import secrets
import time
from collections.abc import Callable, Set
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pipeline.streams import PARTITIONS, lease

logger = logging.getLogger(__name__)

T = TypeVar("T")

SECONDS = 6.0  # that a lease lasts; a worker that dies is replaced after that
RENEW_EVERY = 1.5  # seconds
# What is under way in a partition that is given back may end first, so that it is not done twice: longer than
# a platform has to answer.
DRAIN = 20.0  # seconds
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
        self._leaving: dict[int, tuple[str, float]] = {}  # tokens, and when patience with them ends
        self._under_way: list[Callable[[], Set[str]]] = []

    def wait_for(self, under_way: Callable[[], Set[str]]) -> None:
        """Keep leases that are to be given back while `under_way` names them, for up to DRAIN seconds."""
        self._under_way.append(under_way)

    @property
    def held(self) -> dict[int, str]:
        """Tokens by partition, of those in which work may begin; none when they could not be renewed for too
        long."""
        return self._held if self._is_fresh() else {}

    def is_leaving(self, partition: int, token: str) -> bool:
        """Whether work that has begun under this lease may still end, but none begin."""
        return self._is_fresh() and self._leaving.get(partition, ("", 0.0))[0] == token

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._renewed < SECONDS

    async def refresh(self) -> None:
        """Renew what is held and take what is free, up to a fair share. Raises RedisError."""
        started = time.monotonic()
        if not self._is_fresh():
            # Entries were dropped meanwhile; only under other tokens are they read again.
            self._held, self._leaving = {}, {}
        await self._renew()
        share = await self._share()
        self._leave(share)
        await self._give_back_idle()
        for partition in range(PARTITIONS):
            if len(self._held) < share and partition not in self._held and partition not in self._leaving:
                await self._take(partition)
        self._renewed = started

    async def _renew(self) -> None:
        tokens = self._held | {partition: token for partition, (token, _) in self._leaving.items()}
        if not tokens:
            return
        keys = [lease(partition) for partition in tokens]
        kept = await self._redis.eval(_RENEW, len(keys), *keys, int(SECONDS * 1000), *tokens.values())
        lost = {partition for partition, ours in zip(tokens, kept, strict=True) if not ours}
        self._held = _without(self._held, lost)
        self._leaving = _without(self._leaving, lost)

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

    def _leave(self, share: int) -> None:
        """Begin nothing more in what is above our share."""
        surplus = set(list(self._held)[share:])
        patience_ends = time.monotonic() + DRAIN
        self._leaving |= {partition: (self._held[partition], patience_ends) for partition in surplus}
        self._held = _without(self._held, surplus)

    async def _give_back_idle(self) -> None:
        under_way = {token for tokens in self._under_way for token in tokens()} if self._leaving else set()
        for partition, (token, patience_ends) in list(self._leaving.items()):
            if token not in under_way or time.monotonic() > patience_ends:
                self._leaving = _without(self._leaving, {partition})
                await self._give_back(partition, token)

    async def _give_back(self, partition: int, token: str) -> None:
        await self._redis.eval(_RELEASE, 1, lease(partition), token)

    async def release(self) -> None:
        """Give everything back, so that another worker or the next start need not wait."""
        self._leave(0)
        tokens, self._leaving = self._leaving, {}
        try:
            for partition, (token, _) in tokens.items():
                await self._give_back(partition, token)
            await self._redis.zrem(_WORKERS, self._worker)
        except RedisError as error:
            logger.warning("leases not given back: %s", type(error).__name__)


def _without(held: dict[int, T], partitions: Set[int]) -> dict[int, T]:
    # Readers keep the old one while they wait for entries.
    return {partition: value for partition, value in held.items() if partition not in partitions}
