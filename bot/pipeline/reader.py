"""Reading the streams of the partitions that this process holds.

Entries of one conversation are processed one after the other, those of different conversations side by side.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pipeline.leases import Leases
from bot.pipeline.streams import decoded

logger = logging.getLogger(__name__)

_BLOCK = 1000  # milliseconds to wait for new entries; below the client's time-out
_COUNT = 64  # entries read at once from each stream
_WAITING = 20_000  # entries in memory, above which nothing more is read
_PAUSE = 0.2  # seconds, when there is nothing to do or the server does not answer
_MOST_DOUBLINGS = 4  # of that pause while an entry keeps failing


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
    """One entry of a stream, and the lease under which it was read."""

    partition: int
    token: str
    id: str
    fields: dict[str, str]

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


Process = Callable[[Entry], Awaitable[None]]
ProcessIfUrgent = Callable[[Entry], Awaitable[bool]]  # says whether it was


async def _nothing_is_urgent(_: Entry) -> bool:
    return False


class Reader:
    """Reads one kind of stream.

    While the first entry of a conversation waits to be tried again, `process_if_urgent`, which never fails,
    is asked about those behind it: a cry for help must not wait for an answer about a bus card."""

    def __init__(
        self,
        redis: Redis,
        leases: Leases,
        stream: Callable[[int], str],
        process: Process,
        at_once: int,
        process_if_urgent: ProcessIfUrgent = _nothing_is_urgent,
        patience: float = 0.0,
    ) -> None:
        """`patience`: seconds that entries under way have to end when this is closed."""
        self._redis = redis
        self._leases = leases
        self._stream = stream
        self._process = process
        self._process_if_urgent = process_if_urgent
        self._at_once = at_once
        self._slots = asyncio.Semaphore(at_once)
        self._patience = patience
        self._stopping = False
        self._positions: dict[int, tuple[str, str]] = {}  # token and last id read, by partition
        self._queues: dict[str, deque[Entry]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Read until cancelled or stopped."""
        while not self._stopping:
            held = self._leases.held
            if not held or sum(map(len, self._queues.values())) > _WAITING:
                await asyncio.sleep(_PAUSE)
                continue
            try:
                await self._read(held)
            except RedisError as error:
                logger.warning("streams not read: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE)

    def stop(self) -> None:
        """Begin nothing new, and end what is under way, unless it was given time."""
        self._stopping = True
        if not self._patience:
            self._cancel()

    async def close(self) -> None:
        """Stop; entries that are not finished are read again by the next worker."""
        self.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                for _ in range(self._at_once):  # nothing is under way once all slots are free
                    await self._slots.acquire()
        self._cancel()
        # One that loses the cancellation ends as well: nothing is ours any more.
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _read(self, held: dict[int, str]) -> None:
        for partition, token in held.items():
            if self._positions.get(partition, ("",))[0] != token:
                # A new lease: whatever another worker has not finished is read from the beginning.
                self._positions[partition] = (token, "0")
        names = {self._stream(partition): partition for partition in held}
        positions: Any = {name: self._positions[partition][1] for name, partition in names.items()}
        found: Any = await self._redis.xread(positions, count=_COUNT, block=_BLOCK)
        for name, entries in found:
            partition = names[name.decode()]
            for id, fields in decoded(entries):
                self._add(Entry(partition, held[partition], id, fields))
                self._positions[partition] = (held[partition], id)

    def _add(self, entry: Entry) -> None:
        queue = self._queues.get(entry.conversation_id)
        if queue is not None:
            queue.append(entry)
            return
        self._queues[entry.conversation_id] = deque([entry])
        task = asyncio.create_task(self._work(entry.conversation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, conversation_id: str) -> None:
        queue = self._queues[conversation_id]
        try:
            while queue:
                await self._finish(queue[0], queue)
                queue.popleft()
        finally:
            del self._queues[conversation_id]

    def _is_ours(self, entry: Entry) -> bool:
        # Entries of a lease that was lost are dropped: its next holder reads them again.
        return not self._stopping and self._leases.held.get(entry.partition) == entry.token

    async def _finish(self, entry: Entry, queue: deque[Entry]) -> None:
        failures = 0
        while self._is_ours(entry):
            try:
                async with self._slots:
                    if self._is_ours(entry):  # waiting for a slot can take longer than a lease
                        await self._process(entry)
                return
            except Again as again:
                await self._wait(again, queue)
            except Exception as error:  # the server is away; the lease decides how long it is worth trying
                logger.warning("entry not processed: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE * 2 ** min(failures, _MOST_DOUBLINGS))
                failures += 1

    async def _wait(self, again: Again, queue: deque[Entry]) -> None:
        waiting, looked_at = asyncio.create_task(again.wait()), {queue[0].id}
        try:
            while not waiting.done() and self._is_ours(queue[0]):
                for entry in [entry for entry in queue if entry.id not in looked_at]:
                    looked_at.add(entry.id)
                    if await self._process_if_urgent(entry):
                        queue.remove(entry)
                await asyncio.wait([waiting], timeout=_PAUSE)
        finally:
            waiting.cancel()
