import asyncio
import time

import pytest
from redis.asyncio import Redis

from bot.pipeline import streams
from bot.pipeline.entries import Again, Entry
from bot.pipeline.inbox import Inbox
from bot.pipeline.leases import Leases
from bot.pipeline.outbox import LeaseLost, Outbox
from bot.pipeline.reader import Reader
from bot.pipeline.streams import PARTITIONS, lease, partition_of
from bot.pipeline.streams import inbox as inbox_stream
from tests.support.road import leased, reading, until, waiting, wrote

IDS = [f"telegram-{number}" for number in range(12)]


class Notes:
    """Processes entries: notes when each began and ended, and fails as it is told."""

    def __init__(self, outbox: Outbox, seconds: float = 0.0) -> None:
        self._outbox = outbox
        self._seconds = seconds
        self.begun: list[Entry] = []
        self.done: list[Entry] = []
        self.failing: dict[str, Exception] = {}  # by conversation
        self.under_way = self.most = 0

    async def process(self, entry: Entry) -> None:
        self.begun.append(entry)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self._seconds)
            if entry.conversation_id in self.failing:
                raise self.failing[entry.conversation_id]
        finally:
            self.under_way -= 1
        await self._outbox.finish(entry, inbox_stream, [])
        self.done.append(entry)

    def of(self, id: str) -> list[str]:
        return [entry.id for entry in self.done if entry.conversation_id == id]


@pytest.fixture
def notes(outbox: Outbox) -> Notes:
    return Notes(outbox)


async def test_entries_of_a_conversation_are_processed_in_order(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    async with reading(redis, inbox_stream, notes.process):
        for round in range(5):
            await inbox.accept([wrote(id, f"text {round}") for id in IDS])
        await until(lambda: len(notes.done) == 60)
    for id in IDS:
        assert notes.of(id) == sorted(notes.of(id))
        assert len(notes.of(id)) == 5
    assert await waiting(redis, await leased(redis), inbox_stream) == []


async def test_entries_of_a_conversation_never_run_side_by_side(
    inbox: Inbox, redis: Redis, outbox: Outbox
) -> None:
    notes = Notes(outbox, 0.05)
    async with reading(redis, inbox_stream, notes.process):
        await inbox.accept([wrote(IDS[0], str(number)) for number in range(5)])
        await until(lambda: len(notes.done) == 5)
    assert notes.most == 1


async def test_conversations_are_processed_side_by_side_up_to_a_limit(
    inbox: Inbox, redis: Redis, outbox: Outbox
) -> None:
    notes = Notes(outbox, 0.1)
    await inbox.accept([wrote(id, "hello") for id in IDS])
    async with reading(redis, inbox_stream, notes.process, at_once=4):
        await until(lambda: len(notes.done) == len(IDS))
    assert notes.most == 4


async def test_entry_that_is_tried_again_comes_before_the_next_one(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    notes.failing[IDS[0]] = Again(0.05)
    async with reading(redis, inbox_stream, notes.process):
        await inbox.accept([wrote(IDS[0], "one"), wrote(IDS[0], "two")])
        await until(lambda: len(notes.begun) >= 3)
        assert len({entry.key for entry in notes.begun}) == 1
        notes.failing.clear()
        await until(lambda: len(notes.done) == 2)
    assert notes.of(IDS[0]) == sorted(notes.of(IDS[0]))


@pytest.mark.parametrize("failure", [Again(30), Again(0.01), RuntimeError("boom")])
async def test_conversations_that_fail_do_not_hold_others_up(
    inbox: Inbox, redis: Redis, notes: Notes, failure: Exception
) -> None:
    notes.failing = dict.fromkeys(IDS[:10], failure)
    await inbox.accept([wrote(id, "poison") for id in IDS[:10]])
    async with reading(redis, inbox_stream, notes.process, at_once=2):
        await until(lambda: len({entry.key for entry in notes.begun}) == 10)
        started = time.monotonic()
        await inbox.accept([wrote(id, "hello") for id in IDS[10:]])
        await until(lambda: len(notes.done) == 2)
        assert time.monotonic() - started < 3
    assert {entry.conversation_id for entry in notes.done} == set(IDS[10:])


async def test_conversations_that_wait_for_something_do_not_hold_others_up(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    # They kept the places of those who could have been answered, while Rasa was away.
    back = asyncio.Event()

    async def until_back() -> None:
        await back.wait()

    notes.failing = dict.fromkeys(IDS[:10], Again(0, until_back))
    await inbox.accept([wrote(id, "hello") for id in IDS[:10]])
    async with reading(redis, inbox_stream, notes.process, at_once=2):
        await until(lambda: len(notes.begun) == 10)
        await inbox.accept([wrote(id, "hello") for id in IDS[10:]])
        await until(lambda: len(notes.done) == 2)
        assert len(notes.begun) == 12  # nobody is tried again before it makes sense
        notes.failing.clear()
        back.set()
        await until(lambda: len(notes.done) == 12)


async def test_urgent_entry_does_not_wait_behind_one_that_is_tried_again(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    urgent: list[str] = []

    async def process_if_urgent(entry: Entry) -> bool:
        if len(urgent) == 2:
            return False
        urgent.append(entry.id)
        notes.failing.clear()
        await notes.process(entry)
        notes.failing[IDS[0]] = Again(30)
        return True

    notes.failing[IDS[0]] = Again(30)
    async with reading(redis, inbox_stream, notes.process, process_if_urgent=process_if_urgent):
        for number in range(4):
            await inbox.accept([wrote(IDS[0], str(number))])
            await asyncio.sleep(0.1)
        await until(lambda: len(notes.done) == 2)
    left = await waiting(redis, await leased(redis), inbox_stream)
    ids = [entry.id for entry in left]
    assert notes.of(IDS[0]) == urgent
    assert len(ids) == 2
    assert ids[0] < urgent[0] < urgent[1] < ids[1]


async def test_entries_that_nobody_finished_are_read_by_the_next_worker(
    inbox: Inbox, redis: Redis, outbox: Outbox
) -> None:
    stuck, notes = Notes(outbox, 60), Notes(outbox)
    await inbox.accept([wrote(id, "hello") for id in IDS])
    async with reading(redis, inbox_stream, stuck.process):
        await until(lambda: len(stuck.begun) == 8)
    async with reading(redis, inbox_stream, notes.process):
        await until(lambda: len(notes.done) == len(IDS))
    assert stuck.done == []


async def test_lease_that_is_lost_ends_the_tries(inbox: Inbox, redis: Redis, notes: Notes) -> None:
    id, partition = IDS[0], partition_of(IDS[0])
    notes.failing[id] = Again(0.02)
    async with reading(redis, inbox_stream, notes.process):
        await inbox.accept([wrote(id, "hello")])
        await until(lambda: len(notes.begun) > 2)
        await redis.set(lease(partition), "another worker", px=1500)
        await asyncio.sleep(0.5)
        number = len(notes.begun)
        await asyncio.sleep(0.3)
        assert len(notes.begun) == number
        notes.failing.clear()
        # It comes back when the other one is gone, and is then read from the beginning.
        await until(lambda: len(notes.done) == 1)


async def test_work_that_ends_after_the_lease_was_lost_changes_nothing(
    inbox: Inbox, redis: Redis, outbox: Outbox
) -> None:
    await inbox.accept([wrote(IDS[0], "hello")])
    [entry] = await waiting(redis, await leased(redis), inbox_stream)
    await redis.set(lease(entry.partition), "another worker")
    with pytest.raises(LeaseLost):
        await outbox.finish(entry, inbox_stream, [])
    assert await redis.xlen(streams.inbox(entry.partition)) == 1


async def test_moment_of_an_entry_is_when_it_was_added(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(IDS[0], "hello")])
    [entry] = await waiting(redis, await leased(redis), inbox_stream)
    assert abs(entry.seconds - time.time()) < 5


async def test_entries_with_the_same_id_in_two_partitions_are_told_apart(redis: Redis) -> None:
    # Two that came in the same millisecond: what was noted about one was taken for the other.
    for partition in range(PARTITIONS):
        await redis.xadd(inbox_stream(partition), {"conversation": f"c-{partition}"}, id="1-1")
    entries = await waiting(redis, await leased(redis), inbox_stream)
    assert len({entry.id for entry in entries}) == 1
    assert len({entry.key for entry in entries}) == PARTITIONS


async def test_entry_whose_lease_was_lost_while_it_waited_for_a_place_is_not_begun(
    inbox: Inbox, redis: Redis, outbox: Outbox
) -> None:
    # Two workers answered the same message at the same time.
    first, second = IDS[0], next(id for id in IDS if partition_of(id) != partition_of(IDS[0]))
    notes = Notes(outbox, 0.6)
    async with reading(redis, inbox_stream, notes.process, at_once=1):
        await inbox.accept([wrote(first, "hello"), wrote(second, "hello")])
        await until(lambda: len(notes.begun) == 1)
        waits = second if notes.begun[0].conversation_id == first else first
        await redis.set(lease(partition_of(waits)), "another worker")
        await until(lambda: len(notes.done) == 1)
        await asyncio.sleep(0.5)
        assert len(notes.begun) == 1


async def test_lease_that_is_lost_ends_a_long_pause(inbox: Inbox, redis: Redis, notes: Notes) -> None:
    # The next tries of the same worker waited behind the pause of a lease that it had no more.
    id = IDS[0]
    notes.failing[id] = Again(3600)
    async with reading(redis, inbox_stream, notes.process):
        await inbox.accept([wrote(id, "hello")])
        await until(lambda: len(notes.begun) == 1)
        notes.failing.clear()
        await redis.delete(lease(partition_of(id)))
        await until(lambda: len(notes.done) == 1)


async def test_lease_that_is_lost_while_an_entry_is_tried_leads_to_no_long_pause(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    id, begun = IDS[0], []

    async def fail_first(entry: Entry) -> None:
        begun.append(entry)
        if len(begun) == 1:
            await asyncio.sleep(2.5)  # until the reader has noticed and has read it again
            raise Again(3600)
        await notes.process(entry)

    async with reading(redis, inbox_stream, fail_first):
        await inbox.accept([wrote(id, "hello")])
        await until(lambda: len(begun) == 1)
        await redis.delete(lease(partition_of(id)))
        await until(lambda: len(notes.done) == 1)


async def test_entry_under_way_may_end_when_the_reader_is_closed(
    inbox: Inbox, redis: Redis, outbox: Outbox
) -> None:
    # What was being sent at a restart was sent again by the next worker.
    notes = Notes(outbox, 0.4)
    async with reading(redis, inbox_stream, notes.process, at_once=1, patience=3.0):
        await inbox.accept([wrote(id, "hello") for id in IDS])
        await until(lambda: len(notes.begun) == 1)
    assert (len(notes.begun), len(notes.done)) == (1, 1)


async def test_entry_that_keeps_failing_is_tried_ever_more_slowly(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    notes.failing[IDS[0]] = RuntimeError("boom")
    async with reading(redis, inbox_stream, notes.process):
        await inbox.accept([wrote(IDS[0], "hello")])
        await asyncio.sleep(3.0)
    assert 3 <= len(notes.begun) <= 6


async def test_entry_that_failed_may_end_while_its_partition_is_given_back(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    # The server was away when a reply that was sent should be noted: the next worker sent it again.
    notes.failing = {id: RuntimeError("boom") for id in IDS}
    await inbox.accept([wrote(id, "hello") for id in IDS])
    second = Leases(redis)
    async with reading(redis, inbox_stream, notes.process) as leases:
        await until(lambda: len(notes.begun) >= len(IDS))
        tokens = {entry.token for entry in notes.begun}
        await second.refresh()
        await until(lambda: len(leases.held) == PARTITIONS / 2)
        notes.failing.clear()
        await until(lambda: len(notes.done) == len(IDS))
        assert {entry.token for entry in notes.done} == tokens
        await second.release()


async def test_entry_that_is_left_to_the_next_worker_does_not_hold_its_partition(
    inbox: Inbox, redis: Redis
) -> None:
    # It was tried until patience with it ended.
    begun: list[Entry] = []

    async def leave(entry: Entry) -> None:
        begun.append(entry)
        while entry.is_ours():  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.02)
        raise LeaseLost

    await inbox.accept([wrote(id, "hello") for id in IDS])
    second = Leases(redis)
    async with reading(redis, inbox_stream, leave, at_once=len(IDS)) as leases:
        await until(lambda: len(begun) == len(IDS))
        await second.refresh()
        await until(lambda: len(leases.held) == PARTITIONS / 2)
        await asyncio.sleep(0.5)  # its next look at what is under way
        await second.refresh()
        assert len(second.held) == PARTITIONS / 2


async def test_entries_behind_one_whose_lease_was_lost_are_not_begun(
    inbox: Inbox, redis: Redis, notes: Notes
) -> None:
    # The next worker sends the first one again, and must find the others unsent.
    id = IDS[0]
    await inbox.accept([wrote(id, "one"), wrote(id, "two")])
    [one, _] = await waiting(redis, Leases(redis), inbox_stream)
    process = notes.process

    async def lose(entry: Entry) -> None:
        await redis.set(lease(entry.partition), "another worker", px=1000)
        await process(entry)

    leases = await leased(redis)
    reader = Reader(redis, leases, inbox_stream, lose, 2)  # nobody tells it, as before the next refresh
    running = asyncio.create_task(reader.run())
    await asyncio.sleep(0.8)
    assert {entry.id for entry in notes.begun} == {one.id}
    assert notes.done == []
    running.cancel()
    await reader.close()


async def test_reading_stops_at_a_limit_of_memory_and_goes_on_below_it(
    inbox: Inbox, redis: Redis, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.reader._ROOM", 10_000)
    monkeypatch.setattr("bot.pipeline.reader._COUNT", 1)
    looked_at: list[Entry] = []

    async def look(entry: Entry) -> bool:
        looked_at.append(entry)
        return False

    notes = Notes(outbox)
    notes.failing[IDS[0]] = Again(0.5)
    for number in range(30):
        await inbox.accept([wrote(IDS[0], str(number))])
    async with reading(redis, inbox_stream, notes.process, process_if_urgent=look):
        await asyncio.sleep(1.0)
        assert 2 <= len(looked_at) <= 8
        notes.failing.clear()
        await until(lambda: len(notes.done) == 30)


async def test_loop_that_ends_ends_the_reader(inbox: Inbox, redis: Redis) -> None:
    # The process ends with it, and is started anew, where one would hold the leases and process nothing.
    async def be_cancelled(_: Entry) -> None:
        raise asyncio.CancelledError

    leases = await leased(redis)
    reader = Reader(redis, leases, inbox_stream, be_cancelled, 2)
    await inbox.accept([wrote(IDS[0], "hello")])
    with pytest.raises(RuntimeError):
        async with asyncio.timeout(5):
            await reader.run()
    await reader.close()
