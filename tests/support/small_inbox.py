"""An inbox in memory, for tests of what channels hand on."""

import asyncio
from collections.abc import Callable, Sequence

from bot.pipeline.inbound import Event, Inbound


class SmallInbox:
    """Keeps the events that it accepts, and first fails as often as `failures` says."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failures = 0

    async def accept(self, events: Sequence[Event]) -> None:
        """Keep `events`, or raise ConnectionError."""
        if self.failures:
            self.failures -= 1
            raise ConnectionError("secret words")
        self.events += events

    def texts(self) -> list[str | None]:
        """The texts of all messages, None for those without one."""
        return [event.text for event in self.events if isinstance(event, Inbound)]


async def until(reached: Callable[[], bool]) -> None:
    """Wait until something is so; fails after five seconds."""
    async with asyncio.timeout(5):
        while not reached():  # noqa: ASYNC110  (other threads and processes change it)
            await asyncio.sleep(0.02)
