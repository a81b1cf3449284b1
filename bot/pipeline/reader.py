"""Reading the streams of the partitions that this process holds.

Entries of one conversation are processed one after the other, those of different conversations side by side.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pipeline.entries import Again, Entry
from bot.pipeline.leases import Leases
from bot.pipeline.lines import Line, Place
from bot.pipeline.outbox import LeaseLost
from bot.pipeline.streams import decoded

logger = logging.getLogger(__name__)

_BLOCK = 1000  # milliseconds to wait for new entries; below the client's time-out
_COUNT = 64  # entries read at once from each stream
_ROOM = 256 * 2**20  # bytes of entries in memory, above which nothing more is read
_PAUSE = 0.2  # seconds, when there is nothing to do or the server does not answer
_MOST_DOUBLINGS = 4  # of that pause while an entry keeps failing
_LOOKING_AT_ONCE = 8  # entries that are asked whether they are urgent

Process = Callable[[Entry], Awaitable[None]]
ProcessIfUrgent = Callable[[Entry], Awaitable[bool]]  # says whether it was


class Reader:
    """Reads one kind of stream.

    Entries that cannot be processed at once, because the first one of their conversation waits to be tried
    again or because there is too much to do, are shown to `process_if_urgent`, which never fails: a cry for
    help must not wait for an answer about a bus card."""

    def __init__(
        self,
        redis: Redis,
        leases: Leases,
        stream: Callable[[int], str],
        process: Process,
        at_once: int,
        process_if_urgent: ProcessIfUrgent | None = None,
        patience: float = 0.0,
    ) -> None:
        """`patience`: seconds that entries under way have to end when this is closed."""
        self._redis = redis
        self._leases = leases
        self._stream = stream
        self._process = process
        self._process_if_urgent = process_if_urgent
        self._at_once = at_once
        self._patience = patience
        self._stopping = False
        self._positions: dict[int, tuple[str, str]] = {}  # token and last id read, by partition
        self._known: dict[int, str] = {}  # tokens at the last look
        self._lines: dict[str, Line] = {}
        self._size = 0  # bytes of all entries in memory, about
        # A line is in here once, or one of the tasks has it, or it pauses.
        self._ready: asyncio.Queue[Line] = asyncio.Queue()
        # The newest first: at a start, all that waits is looked at, while a cry for help can come any moment.
        self._unseen: asyncio.Queue[Place] = asyncio.LifoQueue()
        self._tasks: list[asyncio.Task[None]] = []
        leases.wait_for(self._under_way)

    async def run(self) -> None:
        """Read until cancelled or stopped."""
        loops = [self._work] * self._at_once
        if self._process_if_urgent:
            loops += [self._look] * _LOOKING_AT_ONCE
        self._tasks = [asyncio.create_task(loop()) for loop in loops]
        while not self._stopping:
            if any(task.done() for task in self._tasks):
                raise RuntimeError("a loop that processes entries has ended")
            held = self._leases.held
            self._drop_lost(held)
            if not held or self._size > _ROOM:
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
                while any(line.lock.locked() for line in self._lines.values()):  # noqa: ASYNC110
                    await asyncio.sleep(_PAUSE / 10)
        self._cancel()
        # One that loses the cancellation ends as well: nothing is ours any more.
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        for line in self._lines.values():
            if line.pause:
                line.pause.cancel()

    def _under_way(self) -> set[str]:
        """Tokens of the leases under which something has begun that has not ended."""
        return {
            line.places[0].entry.token
            for line in self._lines.values()
            if line.places and (line.lock.locked() or line.failures)
        }

    def _drop_lost(self, held: dict[int, str]) -> None:
        """End the pauses of entries whose lease was lost; its next holder reads them again."""
        if held == self._known:
            return
        self._known = held
        for line in self._lines.values():
            if line.pause and not line.places[0].entry.is_ours():
                line.pause.cancel()

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
            token, is_ours = held[partition], self._watch(partition, held[partition])
            for id, fields in decoded(entries):
                self._add(Place(Entry(partition, token, id, fields, is_ours)))
                self._positions[partition] = (token, id)

    def _watch(self, partition: int, token: str) -> Callable[[], bool]:
        return lambda: not self._stopping and self._leases.held.get(partition) == token

    def _add(self, place: Place) -> None:
        self._size += place.size
        line = self._lines.get(place.entry.conversation_id)
        if line is None:
            line = self._lines[place.entry.conversation_id] = Line(place.entry.conversation_id)
            self._ready.put_nowait(line)
        line.places.append(place)
        # After the line: where there is nothing else to do, it is processed before anybody looks at it.
        if self._process_if_urgent:
            self._unseen.put_nowait(place)

    async def _work(self) -> None:
        """Process first entries of lines, one at a time."""
        while not self._stopping:
            line = await self._ready.get()
            again = None
            async with line.lock:
                if line.places and not line.places[0].is_done:
                    again = await self._try(line, line.places[0])
            self._go_on(line, again)

    async def _try(self, line: Line, place: Place) -> Again | None:
        """Process an entry, unless its lease was lost; returns what to wait for where it was in vain."""
        entry = place.entry
        if not (entry.is_ours() or (line.failures and self._may_end(entry))):
            place.is_done = True
            return None
        place.had_turn = True
        try:
            await self._process(entry)
        except Again as again:
            line.failures = 0
            return again
        except LeaseLost:
            line.failures = 0
            if entry.is_ours():  # only the server knows by now; those behind it must not be begun
                return Again(_PAUSE)
            place.is_done = True
            return None
        except Exception as error:  # the server is away; the lease decides how long it is worth trying
            logger.warning("entry not processed: %s", type(error).__name__)
            line.failures += 1
            return Again(_PAUSE * 2 ** min(line.failures - 1, _MOST_DOUBLINGS))
        place.is_done = True
        return None

    def _may_end(self, entry: Entry) -> bool:
        return not self._stopping and self._leases.is_leaving(entry.partition, entry.token)

    def _go_on(self, line: Line, again: Again | None) -> None:
        """Let a line wait for its next turn, or end with its last entry."""
        while line.places and line.places[0].is_done:
            self._size -= line.places.popleft().size
            line.failures = 0
        if not line.places:
            del self._lines[line.conversation_id]
        elif again and (line.failures or line.places[0].entry.is_ours()):
            line.pause = asyncio.create_task(again.wait())
            line.pause.add_done_callback(lambda _: self._end_pause(line))
        else:
            self._ready.put_nowait(line)
        self._show(line)

    def _end_pause(self, line: Line) -> None:
        line.pause = None
        self._ready.put_nowait(line)

    def _show(self, line: Line) -> None:
        """Have those looked at that came while there was no time for it."""
        while line.unseen:
            self._unseen.put_nowait(line.unseen.popleft())

    async def _look(self) -> None:
        """Ask about entries that wait for their turn whether they are urgent, one at a time."""
        while not self._stopping:
            place = await self._unseen.get()
            line = self._lines.get(place.entry.conversation_id)
            if line is None or place.had_turn:
                continue
            if line.lock.locked():
                line.unseen.append(place)
                continue
            async with line.lock:
                if self._process_if_urgent and place.entry.is_ours() and not place.had_turn:
                    place.is_done = await self._process_if_urgent(place.entry)
            self._show(line)
