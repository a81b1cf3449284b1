"""Lines of entries: what waits in each conversation, in memory."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from bot.pipeline.entries import Entry

_ROOM = 2000  # bytes that an entry takes beside its content


@dataclass(slots=True, eq=False)
class Place:
    """One entry in a line."""

    entry: Entry
    had_turn: bool = False
    is_done: bool = False

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return _ROOM + len(self.entry.fields.get("sealed", ""))


@dataclass(slots=True, eq=False)
class Line:
    """The entries of one conversation. Whoever deals with one of them has the lock."""

    conversation_id: str
    places: deque[Place] = field(default_factory=deque)
    unseen: deque[Place] = field(default_factory=deque)  # that came while the lock was taken
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    failures: int = 0  # of the first entry in a row; what they have done may be known only to this process
    pause: asyncio.Task[None] | None = None  # until the first entry is tried again
