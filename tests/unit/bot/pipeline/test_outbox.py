import pytest
from redis.asyncio import Redis

from bot.base.conversation_keys import ConversationKeys
from bot.pipeline import streams
from bot.pipeline.entries import Entry
from bot.pipeline.inbound import Delivery, event_adapter
from bot.pipeline.inbox import Inbox
from bot.pipeline.leases import Leases
from bot.pipeline.outbox import LeaseLost, Outbox, Sending
from tests.support.road import leased, waiting, wrote

A = "telegram-a"
SENDINGS = [Sending(A, 7, 0), Sending(A, 7, 1)]


@pytest.fixture
async def leases(redis: Redis) -> Leases:
    return await leased(redis)


@pytest.fixture
async def entry(inbox: Inbox, redis: Redis, leases: Leases) -> Entry:
    """An accepted message."""
    await inbox.accept([wrote(A, "hello")])
    return (await waiting(redis, leases, streams.inbox))[0]


async def _to_send(redis: Redis, leases: Leases) -> list[tuple[str, str]]:
    entries = await waiting(redis, leases, streams.outbox)
    return [(entry.fields["message"], entry.fields["part"]) for entry in entries]


async def _left(redis: Redis, leases: Leases) -> int:
    return len(await waiting(redis, leases, streams.inbox))


async def test_finish_ends_the_entry_and_queues_what_follows(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry
) -> None:
    await redis.hset(streams.tries(streams.inbox(entry.partition)), entry.id, "3")
    await outbox.finish(entry, streams.inbox, SENDINGS)
    assert await _to_send(redis, leases) == [("7", "0"), ("7", "1")]
    assert await _left(redis, leases) == 0
    assert await redis.hgetall(streams.tries(streams.inbox(entry.partition))) == {}


async def test_finish_twice_queues_once(outbox: Outbox, redis: Redis, leases: Leases, entry: Entry) -> None:
    for _ in range(2):
        await outbox.finish(entry, streams.inbox, SENDINGS)
    assert len(await _to_send(redis, leases)) == 2


async def test_finish_without_the_lease_changes_nothing(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry
) -> None:
    await redis.delete(streams.lease(entry.partition))
    with pytest.raises(LeaseLost):
        await outbox.finish(entry, streams.inbox, SENDINGS)
    assert (await _to_send(redis, leases), await _left(redis, leases)) == ([], 1)


async def test_finish_under_an_older_lease_of_the_same_worker_changes_nothing(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry
) -> None:
    await redis.delete(streams.lease(entry.partition))
    await leases.refresh()
    await leases.refresh()
    assert leases.held[entry.partition] != entry.token
    with pytest.raises(LeaseLost):
        await outbox.finish(entry, streams.inbox, SENDINGS)
    assert await _left(redis, leases) == 1


async def test_add_once_queues_once_and_keeps_the_entry(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry
) -> None:
    for _ in range(3):
        await outbox.add_once(entry, SENDINGS)
    assert await _to_send(redis, leases) == [("7", "0"), ("7", "1")]
    assert await _left(redis, leases) == 1


async def test_add_once_of_nothing_leaves_room_for_what_comes(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry
) -> None:
    await outbox.add_once(entry, [])
    await outbox.add_once(entry, SENDINGS)
    assert len(await _to_send(redis, leases)) == 2


async def test_add_once_without_the_lease_queues_nothing(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry
) -> None:
    await redis.set(streams.lease(entry.partition), "another worker")
    with pytest.raises(LeaseLost):
        await outbox.add_once(entry, SENDINGS)
    assert await _to_send(redis, leases) == []


async def test_add_once_tells_entries_with_the_same_id_apart(
    outbox: Outbox, redis: Redis, leases: Leases
) -> None:
    # The apology of one person was taken for that of another whose message came in the same millisecond.
    for partition in (1, 2):
        await outbox.add_once(Entry(partition, leases.held[partition], "1-1", {}), SENDINGS[:1])
    assert len(await _to_send(redis, leases)) == 2


async def test_sent_ends_the_entry_and_brings_a_sealed_note_to_the_inbox(
    outbox: Outbox, redis: Redis, leases: Leases, entry: Entry, keys: ConversationKeys
) -> None:
    await outbox.finish(entry, streams.inbox, SENDINGS[:1])
    [to_send] = await waiting(redis, leases, streams.outbox)
    note = Delivery(
        conversation_id=A, channel="telegram", client_id="1", platform_id="zugunruhe", state="sent", message=7
    )
    await outbox.sent(to_send, note)
    assert await _to_send(redis, leases) == []
    [back] = await waiting(redis, leases, streams.inbox)
    assert (back.conversation_id, back.fields["kind"], back.fields["over"]) == (A, "delivery", "0")
    assert "zugunruhe" not in str(back.fields)
    sealer = keys.find(A)
    assert sealer is not None
    assert event_adapter.validate_json(sealer.open(back.fields["sealed"])) == note
