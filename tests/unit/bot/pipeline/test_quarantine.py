from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.pipeline import streams
from bot.pipeline.entries import Entry
from bot.pipeline.inbox import Inbox
from bot.pipeline.leases import Leases
from bot.pipeline.outbox import Outbox, Sending
from bot.pipeline.quarantine import Quarantine
from tests.support.road import leased, waiting, wrote

A, B = "telegram-a", "telegram-b"


@pytest.fixture
async def leases(redis: Redis) -> Leases:
    return await leased(redis)


@pytest.fixture
async def entries(inbox: Inbox, redis: Redis, leases: Leases) -> dict[str, Entry]:
    """One accepted message of each of two conversations."""
    await inbox.accept([wrote(A, "zugunruhe"), wrote(B, "hello")])
    return {entry.conversation_id: entry for entry in await waiting(redis, leases, streams.inbox)}


async def test_entry_that_is_set_aside_leaves_its_stream(
    quarantine: Quarantine, redis: Redis, leases: Leases, entries: dict[str, Entry]
) -> None:
    await redis.hset(streams.tries(streams.inbox(entries[A].partition)), entries[A].id, "6")
    await quarantine.set_aside(entries[A], "inbox", "tried too often")
    [found] = await quarantine.entries()
    assert (found.conversation_id, found.stream, found.reason) == (A, "inbox", "tried too often")
    assert abs(found.at - datetime.now(UTC)) < timedelta(seconds=10)
    assert "zugunruhe" not in str(found)
    assert [entry.conversation_id for entry in await waiting(redis, leases, streams.inbox)] == [B]
    assert await redis.hgetall(streams.tries(streams.inbox(entries[A].partition))) == {}


async def test_entry_is_set_aside_once(quarantine: Quarantine, entries: dict[str, Entry]) -> None:
    for _ in range(2):
        await quarantine.set_aside(entries[A], "inbox", "x")
    assert len(await quarantine.entries()) == 1


async def test_what_the_person_is_told_is_queued_once_as_the_entry_leaves(
    quarantine: Quarantine, redis: Redis, leases: Leases, entries: dict[str, Entry]
) -> None:
    told = [Sending(A, 7, 0), Sending(A, 7, 1)]
    for _ in range(2):
        await quarantine.set_aside(entries[A], "inbox", "x", told)
    to_send = await waiting(redis, leases, streams.outbox)
    assert [(entry.fields["message"], entry.fields["part"]) for entry in to_send] == [("7", "0"), ("7", "1")]
    [found] = await quarantine.entries()
    assert await quarantine.replay(found.id)
    own = [entry for entry in await waiting(redis, leases, streams.inbox) if entry.conversation_id == A]
    assert own[0].fields["sealed"] == entries[A].fields["sealed"]


async def test_replayed_entry_that_is_set_aside_again_keeps_when_it_was_accepted(
    quarantine: Quarantine, redis: Redis, leases: Leases, entries: dict[str, Entry]
) -> None:
    entry = entries[A]
    for _ in range(2):
        await quarantine.set_aside(entry, "inbox", "x")
        [found] = await quarantine.entries()
        await quarantine.replay(found.id)
        own = [entry for entry in await waiting(redis, leases, streams.inbox) if entry.conversation_id == A]
        [entry] = own
    assert entry.accepted_at == entries[A].accepted_at
    assert entry.seconds * 1000 != int(entry.fields["accepted"])


async def test_entry_is_not_set_aside_without_the_lease(
    quarantine: Quarantine, redis: Redis, leases: Leases, entries: dict[str, Entry]
) -> None:
    await redis.set(streams.lease(entries[A].partition), "another worker")
    await quarantine.set_aside(entries[A], "inbox", "x")
    assert await quarantine.entries() == []
    assert len(await waiting(redis, leases, streams.inbox)) == 2


async def test_replayed_entry_is_as_it_was_and_comes_last(
    quarantine: Quarantine, inbox: Inbox, redis: Redis, leases: Leases, entries: dict[str, Entry]
) -> None:
    await quarantine.set_aside(entries[A], "inbox", "x")
    await inbox.accept([wrote(A, "later")])
    [found] = await quarantine.entries()
    assert await quarantine.replay(found.id)
    own = [entry for entry in await waiting(redis, leases, streams.inbox) if entry.conversation_id == A]
    assert len(own) == 2
    assert own[1].fields == {**entries[A].fields, "accepted": entries[A].id.split("-")[0]}
    assert own[1].id != entries[A].id
    assert own[1].accepted_at == entries[A].accepted_at
    assert await quarantine.entries() == []
    assert not await quarantine.replay(found.id)


async def test_replayed_entry_of_the_outbox_goes_back_there(
    quarantine: Quarantine, outbox: Outbox, redis: Redis, leases: Leases, entries: dict[str, Entry]
) -> None:
    await outbox.finish(entries[A], streams.inbox, [Sending(A, 7, 1)])
    [to_send] = await waiting(redis, leases, streams.outbox)
    await quarantine.set_aside(to_send, "outbox", "x")
    assert await waiting(redis, leases, streams.outbox) == []
    [found] = await quarantine.entries()
    assert await quarantine.replay(found.id)
    [again] = await waiting(redis, leases, streams.outbox)
    assert again.fields == {**to_send.fields, "accepted": to_send.id.split("-")[0]}


async def test_dropped_entry_is_gone(quarantine: Quarantine, entries: dict[str, Entry]) -> None:
    await quarantine.set_aside(entries[A], "inbox", "x")
    [found] = await quarantine.entries()
    assert await quarantine.drop(found.id)
    assert not await quarantine.drop(found.id)
    assert await quarantine.entries() == []


async def test_forgotten_conversation_leaves_no_entry(
    quarantine: Quarantine, entries: dict[str, Entry]
) -> None:
    for entry in entries.values():
        await quarantine.set_aside(entry, "inbox", "x")
    await quarantine.forget(A)
    assert [entry.conversation_id for entry in await quarantine.entries()] == [B]


async def test_purge_deletes_what_is_too_old(quarantine: Quarantine, redis: Redis) -> None:
    for days in (9, 7):
        moment = datetime.now(UTC) - timedelta(days=days)
        fields = {"conversation": f"c-{days}", "stream": "inbox", "reason": "x"}
        await redis.xadd(streams.QUARANTINE, fields, id=f"{int(moment.timestamp() * 1000)}-0")
    await quarantine.purge(8)
    assert [entry.conversation_id for entry in await quarantine.entries()] == ["c-7"]
