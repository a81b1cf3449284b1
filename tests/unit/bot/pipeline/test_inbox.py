import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.app.streams import connect
from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.base.sealing import Unreadable
from bot.pipeline import streams
from bot.pipeline.entries import Entry
from bot.pipeline.inbound import Delivery, Event, Inbound, Presence, event_adapter
from bot.pipeline.inbox import Inbox
from tests.support.road import leased, waiting, wrote
from tests.support.valkey import StreamServer

A, B = "telegram-a", "telegram-b"


async def stored(redis: Redis) -> list[Entry]:
    return await waiting(redis, await leased(redis), streams.inbox)


def opened(keys: ConversationKeys, entry: Entry) -> Event:
    sealer = keys.find(entry.conversation_id)
    assert sealer is not None
    return event_adapter.validate_json(sealer.open(entry.fields["sealed"]))


async def test_accepted_events_stand_in_their_order(
    inbox: Inbox, redis: Redis, keys: ConversationKeys
) -> None:
    await inbox.accept([wrote(A, "one"), wrote(A, "two")])
    await inbox.accept([wrote(A, "three")])
    events = [opened(keys, entry) for entry in await stored(redis)]
    assert [event.text for event in events if isinstance(event, Inbound)] == ["one", "two", "three"]


@pytest.mark.parametrize(
    "event",
    [
        wrote(A, "سلام", device_language="fa", receipt="r"),
        Inbound(conversation_id=A, channel="telegram", client_id="2", location=(41.0, 28.9)),
        Delivery(conversation_id=A, channel="telegram", client_id="3", platform_id="p", state="read"),
        Presence(conversation_id=A, channel="telegram", client_id="4", blocked=True),
    ],
)
async def test_event_of_each_kind_comes_back_as_it_was(
    inbox: Inbox, redis: Redis, keys: ConversationKeys, event: Event
) -> None:
    keys.get_or_create(A)
    assert await inbox.accept([event]) == [1]
    [entry] = await stored(redis)
    assert opened(keys, entry) == event
    assert (entry.conversation_id, entry.fields["kind"]) == (A, event.kind)


async def test_note_about_a_person_of_whom_nothing_is_held_makes_no_key(
    inbox: Inbox, redis: Redis, keys: ConversationKeys
) -> None:
    # The platform's notes about our last words brought the key of a forgotten person back.
    read = Delivery(conversation_id=A, channel="telegram", client_id="3", platform_id="p", state="read")
    left = Presence(conversation_id=A, channel="telegram", client_id="4", blocked=True)
    assert await inbox.accept([read, left]) == [0, 0]
    assert await inbox.accept([read, wrote(B, "hello"), left]) == [0, 1, 0]
    assert keys.find(A) is None
    assert [entry.conversation_id for entry in await stored(redis)] == [B]


async def test_server_never_sees_what_was_written_or_the_address(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(A, "zugunruhe", address="+905550001122", client_id="number 7")])
    everything = [await redis.xrange(key) for key in await redis.keys("inbox:*")]
    seen = str(everything) + str(await redis.keys("*"))
    for secret in ("zugunruhe", "905550001122", "number 7"):
        assert secret not in seen


async def test_repeated_update_is_stored_once(inbox: Inbox, redis: Redis) -> None:
    first = wrote(A, "hello", client_id="7")
    assert await inbox.accept([first]) == [1]
    assert await inbox.accept([first, wrote(A, "other words", client_id="7")]) == [0, 0]
    assert len(await stored(redis)) == 1


async def test_same_number_in_another_conversation_is_another_event(inbox: Inbox, redis: Redis) -> None:
    assert await inbox.accept([wrote(A, "hello", client_id="7"), wrote(B, "hello", client_id="7")]) == [1, 1]
    assert len(await stored(redis)) == 2


async def test_updates_that_come_twice_at_once_are_stored_once(inbox: Inbox, redis: Redis) -> None:
    outcomes = await asyncio.gather(*(inbox.accept([wrote(A, "hello")]) for _ in range(8)))
    assert sorted(outcome for [outcome] in outcomes) == [0] * 7 + [1]
    assert len(await stored(redis)) == 1


async def test_repetition_is_recognised_for_eight_days(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(A, "hello")])
    [mark] = await redis.keys("seen:*")
    assert 8 * 24 * 3600 - 60 < await redis.ttl(mark) <= 8 * 24 * 3600


async def test_messages_over_the_limit_say_by_how_much(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(A, str(number)) for number in range(5)])
    assert [entry.fields["over"] for entry in await stored(redis)] == ["0", "0", "0", "1", "2"]


async def test_repeated_update_does_not_count_for_the_limit(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(A, "again", client_id="1")] * 10 + [wrote(A, "two"), wrote(A, "three")])
    assert [entry.fields["over"] for entry in await stored(redis)] == ["0"] * 3


async def test_limit_ends_after_a_minute(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(A, "hello")])
    assert 0 < await redis.ttl(f"rate:{A}") <= 60


async def test_limit_is_one_persons_and_not_the_tests(inbox: Inbox, redis: Redis) -> None:
    await inbox.accept([wrote(A, str(number)) for number in range(4)])
    await inbox.accept([wrote(B, "hello")])
    await inbox.accept([wrote("test-1", str(number)) for number in range(9)])
    over = {entry.conversation_id for entry in await stored(redis) if entry.fields["over"] != "0"}
    assert over == {A}


async def test_notes_of_a_platform_are_not_counted(inbox: Inbox, redis: Redis) -> None:
    notes = [
        Delivery(conversation_id=A, channel="telegram", client_id=str(n), platform_id="p", state="sent")
        for n in range(40)
    ]
    await inbox.accept([wrote(A, "first")])
    assert await inbox.accept(notes) == [1] * 40
    await inbox.accept([wrote(A, "hello")])
    assert {entry.fields["over"] for entry in await stored(redis)} == {"0"}


async def test_flood_is_not_stored(inbox: Inbox, redis: Redis) -> None:
    outcomes = await inbox.accept([wrote(A, str(number)) for number in range(35)])
    assert outcomes == [1] * 30 + [-1] * 5
    assert len(await stored(redis)) == 30


async def test_message_that_was_refused_in_a_flood_is_new_when_it_is_sent_again(
    inbox: Inbox, redis: Redis
) -> None:
    # The page sends it again after a pause, and was told that it had been accepted already.
    await inbox.accept([wrote(A, str(number)) for number in range(30)])
    late = wrote(A, "late")
    assert await inbox.accept([late]) == [-1]
    await redis.delete(f"rate:{A}")  # as after a minute
    assert await inbox.accept([late]) == [1]


async def test_accept_without_a_server_is_an_error_soon(tmp_path: Path, keys: ConversationKeys) -> None:
    server = StreamServer(tmp_path).start()
    async with connect(server.streams) as client:
        inbox = Inbox(client, keys, Identity(b"s"), per_minute=3)
        await inbox.accept([wrote(A, "one")])
        server.kill()
        async with asyncio.timeout(5):
            with pytest.raises(RedisError):
                await inbox.accept([wrote(A, "two")])
        server.start()
        assert await inbox.accept([wrote(A, "one"), wrote(A, "two")]) == [0, 1]
        assert len(await stored(client)) == 2
        server.stop()


async def test_damaged_key_of_one_person_does_not_keep_others_out(
    inbox: Inbox, redis: Redis, tmp_path: Path
) -> None:
    other = A.replace("telegram-", "telegram-x")
    await inbox.accept([wrote(A, "one")])
    next(path for path in (tmp_path / "keys").rglob(A)).write_bytes(b"damaged")
    assert await inbox.accept([wrote(A, "two"), wrote(other, "three")]) == [0, 1]
    with pytest.raises(Unreadable):
        await inbox.accept([wrote(A, "four")])
    assert len(await stored(redis)) == 2
