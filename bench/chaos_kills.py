"""Killing the parts of the stack, one after the other."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle

import httpx
import psutil

from tests.support.stack import Stack

PARTS = ("service", "rasa", "valkey", "gateway")
_RECOVERY = 300.0  # seconds that the stack may take after a kill
_REST = (3.0, 6.0)  # seconds between the recovery and the next kill, at least and at most
_LOOK_EVERY = 0.3  # seconds


class NotRecovered(RuntimeError):
    """The stack did not become ready after a kill."""


class Killer:
    """Kills parts with SIGKILL; the supervisor starts them again."""

    def __init__(self, stack: Stack, chance: random.Random, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._chance = chance
        self._say = say
        self.kills: Counter[str] = Counter()
        self.longest: dict[str, float] = {}  # seconds until all was ready again, by part

    async def kill_in_turn(self, kills: int, is_due: Callable[[int], bool]) -> None:
        """Kill that many times, each time with everything ready. Raises NotRecovered.

        `is_due` says of the first, second, ... kill whether it is time for it."""
        async with httpx.AsyncClient(base_url=self._stack.public_url, timeout=5) as http:
            for number, part in zip(range(1, kills + 1), cycle(PARTS), strict=False):
                await asyncio.sleep(self._chance.uniform(*_REST))
                while not is_due(number):  # noqa: ASYNC110  (a matter of counting)
                    await asyncio.sleep(_LOOK_EVERY)
                seconds = await self._kill(http, part)
                self.kills[part] += 1
                self.longest[part] = max(seconds, self.longest.get(part, 0.0))
                self._say(f"kill {self.kills.total()}: {part}, all ready after {seconds:.1f} s")

    async def _kill(self, http: httpx.AsyncClient, part: str) -> float:
        """Kill one part; returns the seconds until everything was ready again."""
        victim = self._stack.children()[part]
        started = time.monotonic()
        victim.kill()
        while time.monotonic() - started < _RECOVERY:
            await asyncio.sleep(_LOOK_EVERY)
            if self._is_replaced(part, victim) and await _is_ready(http):
                return time.monotonic() - started
        raise NotRecovered(f"expected all parts ready within {_RECOVERY:.0f} s after {part} was killed")

    def _is_replaced(self, part: str, victim: psutil.Process) -> bool:
        found = self._stack.children().get(part)
        return found is not None and found.pid != victim.pid


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).status_code == 200
    except httpx.HTTPError:
        return False
