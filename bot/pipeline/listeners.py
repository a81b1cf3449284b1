"""Telling the open pages of a conversation that something happened."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Notice = Literal["message", "typing", "reset", "stop"]


class Listeners:
    """Queues of notices by conversation. A notice carries no content; listeners read the record."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[Notice]]] = defaultdict(set)

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[asyncio.Queue[Notice]]:
        """A queue that receives the notices of one conversation for the length of the block."""
        queue: asyncio.Queue[Notice] = asyncio.Queue()
        self._queues[conversation_id].add(queue)
        try:
            yield queue
        finally:
            self._queues[conversation_id].discard(queue)
            if not self._queues[conversation_id]:
                del self._queues[conversation_id]

    def notify(self, conversation_id: str, notice: Notice) -> None:
        """Send a notice to every open page of the conversation."""
        for queue in self._queues.get(conversation_id, ()):
            queue.put_nowait(notice)

    def notify_all(self, notice: Notice) -> None:
        """Send a notice to every open page of every conversation."""
        for conversation_id in list(self._queues):
            self.notify(conversation_id, notice)
