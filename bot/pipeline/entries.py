"""Entries of streams, as they are read."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

ACCEPTED = "accepted"  # field of an entry that was replayed: when it was first added, in milliseconds


class Again(Exception):
    """The entry could not be dealt with; try it again after `seconds`, before the conversation's next one.

    Before that, `until` is awaited, which never fails. Other conversations go on meanwhile."""

    def __init__(self, seconds: float, until: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(f"again in {seconds:.1f} s")
        self.seconds = seconds
        self._until = until

    async def wait(self) -> None:
        """Return when it is time."""
        if self._until:
            await self._until()
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True)
class Entry:
    """One entry of a stream, and the lease under which it was read.

    `is_ours` says whether work on it may still begin."""

    partition: int
    token: str
    id: str
    fields: dict[str, str]
    is_ours: Callable[[], bool] = field(default=lambda: True, compare=False, repr=False)

    @property
    def conversation_id(self) -> str:
        return self.fields["conversation"]

    @property
    def key(self) -> str:
        """Tells it from all entries of its kind of stream; those of two partitions can have the same id."""
        return f"{self.partition}:{self.id}"

    @property
    def seconds(self) -> float:
        """When it was added, in seconds since 1970."""
        return int(self.id.split("-")[0]) / 1000

    @property
    def accepted_at(self) -> datetime:
        """When it was first added, also where it was replayed since."""
        return datetime.fromtimestamp(int(self.fields.get(ACCEPTED) or self.id.split("-")[0]) / 1000, UTC)
