import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection

from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.pipeline import streams
from bot.pipeline.conversations import Conversations
from bot.pipeline.entries import Again, Entry
from bot.pipeline.inbox import Inbox
from bot.pipeline.leases import Leases
from bot.pipeline.messages import Messages
from bot.pipeline.outbox import LeaseLost, Outbox, Sending
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.worker import MOST_TRIES, AnswerLater, Worker
from tests.support.road import Echo, leased, reading, until, until_empty, waiting, wrote
from tests.unit.bot.pipeline.conftest import Ready

A, B = "telegram-a", "telegram-b"


@pytest.fixture
async def leases(redis: Redis) -> Leases:
    return await leased(redis)


async def _only(redis: Redis, leases: Leases) -> Entry:
    [entry] = await waiting(redis, leases, streams.inbox)
    return entry


async def _to_send(redis: Redis, leases: Leases) -> list[int]:
    return [int(entry.fields["message"]) for entry in await waiting(redis, leases, streams.outbox)]


async def _fail(worker: Worker, entry: Entry) -> Again:
    with pytest.raises(Again) as again:
        await worker.process(entry)
    return again.value


async def test_message_is_answered_and_its_reply_queued(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, messages: Messages
) -> None:
    await inbox.accept([wrote(A, "hello")])
    await worker.process(await _only(redis, leases))
    assert [message.text for message in await messages.after(A, 0)] == ["hello", "echo of hello"]
    assert await _to_send(redis, leases) == [2]
    assert await waiting(redis, leases, streams.inbox) == []


async def test_messages_of_many_conversations_are_answered_in_order(
    worker: Worker, inbox: Inbox, redis: Redis, messages: Messages, echo: Echo
) -> None:
    ids = [f"telegram-{number}" for number in range(6)]
    async with reading(redis, streams.inbox, worker.process):
        for round in "abc":
            await inbox.accept([wrote(id, f"{round} {id}") for id in ids])
        await until(lambda: len(echo.handled) == 18)
        for id in ids:
            texts = [message.text for message in await messages.after(id, 0) if message.sender == "bot"]
            assert texts == [f"echo of {round} {id}" for round in "abc"]


async def test_redelivery_after_a_worker_died_gives_one_reply(
    worker: Worker,
    inbox: Inbox,
    redis: Redis,
    leases: Leases,
    messages: Messages,
    echo: Echo,
    keys: ConversationKeys,
    outbox: Outbox,
    quarantine: Quarantine,
    ready: Ready,
) -> None:
    await inbox.accept([wrote(A, "hello")])
    # The first worker has answered, and is gone before it can say so.
    entry = await _only(redis, leases)
    handle = echo.handle

    async def handle_and_die(event, over):  # type: ignore[no-untyped-def]
        sendings = await handle(event, over)
        await redis.delete(streams.lease(entry.partition))
        return sendings

    echo.handle = handle_and_die  # type: ignore[method-assign]
    with pytest.raises(LeaseLost):
        await worker.process(entry)
    assert await _to_send(redis, leases) == []
    echo.handle = handle  # type: ignore[method-assign]
    next_one, other = await leased(redis), Worker(redis, keys, outbox, quarantine, echo, ready)
    await other.process(await _only(redis, next_one))
    assert [message.text for message in await messages.after(A, 0)] == ["hello", "echo of hello"]
    assert await _to_send(redis, next_one) == [2]
    assert len(echo.handled) == 2


async def test_over_is_handed_on(worker: Worker, inbox: Inbox, redis: Redis, echo: Echo) -> None:
    await inbox.accept([wrote(A, str(number)) for number in range(5)])
    async with reading(redis, streams.inbox, worker.process):
        await until(lambda: len(echo.handled) == 5)
    assert echo.handled == [("0", 0), ("1", 0), ("2", 0), ("3", 1), ("4", 2)]


@pytest.mark.parametrize("failure", [AnswerLater([]), RuntimeError("zugunruhe"), NoConnection("zugunruhe")])
async def test_failure_is_tried_again_after_a_growing_pause(
    worker: Worker,
    inbox: Inbox,
    redis: Redis,
    leases: Leases,
    echo: Echo,
    ready: Ready,
    failure: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await inbox.accept([wrote(A, "hello")])
    entry = await _only(redis, leases)
    echo.failures.extend([failure] * MOST_TRIES)
    pauses = [(await _fail(worker, entry)).seconds for _ in range(MOST_TRIES)]
    for pause, shortest in zip(pauses, (1, 2, 4, 8, 8), strict=True):
        assert shortest <= pause <= shortest * 1.5
    assert ready.waits == 0  # the reader waits, so that others are answered meanwhile
    assert "zugunruhe" not in caplog.text


async def test_pauses_differ_by_chance(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo
) -> None:
    ids = [f"telegram-{number}" for number in range(5)]
    await inbox.accept([wrote(id, "hello") for id in ids])
    echo.failures.extend([RuntimeError()] * 5)
    pauses = {(await _fail(worker, entry)).seconds for entry in await waiting(redis, leases, streams.inbox)}
    assert len(pauses) == 5


@pytest.mark.usefixtures("quick")
async def test_next_try_waits_until_an_answer_is_possible(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo, ready: Ready
) -> None:
    await inbox.accept([wrote(A, "hello")])
    echo.failures.extend([AnswerLater([]), RuntimeError()])
    async with reading(redis, streams.inbox, worker.process):
        await until(lambda: len(echo.handled) == 1)
    assert ready.waits == 2


@pytest.mark.usefixtures("quick")
async def test_what_is_said_meanwhile_is_queued_once(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo
) -> None:
    await inbox.accept([wrote(A, "hello")])
    echo.failures.extend([AnswerLater([Sending(A, 99, 0)])] * 3)
    async with reading(redis, streams.inbox, worker.process):
        await until_empty(redis, streams.inbox)
    assert await _to_send(redis, Leases(redis)) == [99, 2]


@pytest.mark.usefixtures("quick")
async def test_message_that_always_fails_is_set_aside_after_five_tries(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, quarantine: Quarantine
) -> None:
    await inbox.accept([wrote(A, "poison")])
    entry = await _only(redis, leases)
    echo.failures.extend([RuntimeError()] * MOST_TRIES)
    for _ in range(MOST_TRIES):
        await _fail(worker, entry)
    assert await quarantine.entries() == []
    await worker.process(entry)
    assert [event.client_id for event in echo.given_up] == ["poison"]
    assert [found.conversation_id for found in await quarantine.entries()] == [A]
    assert await waiting(redis, leases, streams.inbox) == []


@pytest.mark.usefixtures("quick")
async def test_poison_holds_neither_others_nor_later_messages_up(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo, quarantine: Quarantine
) -> None:
    await inbox.accept([wrote(A, "poison"), wrote(A, "later"), wrote(B, "hello")])
    handle = echo.handle

    async def refuse(event, over):  # type: ignore[no-untyped-def]
        if event.text == "poison":
            raise RuntimeError
        return await handle(event, over)

    echo.handle = refuse  # type: ignore[method-assign]
    async with reading(redis, streams.inbox, worker.process):
        await until(lambda: len(echo.handled) == 2)
    assert echo.handled == [("hello", 0), ("later", 0)]
    assert len(await quarantine.entries()) == 1


@pytest.mark.usefixtures("quick")
async def test_replayed_message_is_answered(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo, quarantine: Quarantine, messages: Messages
) -> None:
    await inbox.accept([wrote(A, "hello")])
    echo.failures.extend([RuntimeError()] * MOST_TRIES)
    async with reading(redis, streams.inbox, worker.process):
        await until_empty(redis, streams.inbox)
        [found] = await quarantine.entries()
        await quarantine.replay(found.id)
        await until(lambda: len(echo.handled) == 1)
    assert (await messages.after(A, 0))[-1].text == "echo of hello"


@pytest.mark.usefixtures("quick")
async def test_message_is_set_aside_even_when_giving_up_fails(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, quarantine: Quarantine
) -> None:
    await inbox.accept([wrote(A, "hello")])
    echo.failures.extend([RuntimeError()] * (MOST_TRIES + 1))
    entry = await _only(redis, leases)
    for _ in range(MOST_TRIES):
        await _fail(worker, entry)
    await worker.process(entry)
    assert len(await quarantine.entries()) == 1


async def test_try_that_kills_the_process_counts(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, quarantine: Quarantine
) -> None:
    await inbox.accept([wrote(A, "deadly")])
    entry = await _only(redis, leases)
    for _ in range(MOST_TRIES):
        echo.failures.append(SystemExit())
        with pytest.raises(SystemExit):
            await worker.process(entry)
    await worker.process(entry)
    assert len(await quarantine.entries()) == 1


async def test_try_without_the_lease_is_neither_made_nor_counted(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo
) -> None:
    await inbox.accept([wrote(A, "hello")])
    entry = await _only(redis, leases)
    await redis.set(streams.lease(entry.partition), "another worker")
    with pytest.raises(LeaseLost):
        await worker.process(entry)
    assert echo.handled == []
    assert await redis.hgetall(streams.tries(streams.inbox(entry.partition))) == {}


async def test_answer_that_could_not_be_noted_is_only_noted_again(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, outbox: Outbox
) -> None:
    # A server that was away five times at this moment made people of a message that had its answer.
    await inbox.accept([wrote(A, "hello")])
    entry, finish = await _only(redis, leases), outbox.finish

    async def fail(*_: object) -> None:
        raise NoConnection

    outbox.finish = fail  # type: ignore[method-assign]
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(NoConnection):
            await worker.process(entry)
    assert await redis.hgetall(streams.tries(streams.inbox(entry.partition))) == {entry.id.encode(): b"1"}
    outbox.finish = finish  # type: ignore[method-assign]
    await worker.process(entry)
    assert echo.handled == [("hello", 0)]
    assert await _to_send(redis, leases) == [2]
    assert await waiting(redis, leases, streams.inbox) == []


async def test_worker_that_dies_while_giving_up_tells_the_person_once(
    worker: Worker,
    inbox: Inbox,
    redis: Redis,
    leases: Leases,
    messages: Messages,
    quarantine: Quarantine,
    echo: Echo,
) -> None:
    # The announcement stood twice in the chat.
    await inbox.accept([wrote(A, "hello")])
    entry, set_aside = await _only(redis, leases), quarantine.set_aside
    await redis.hset(streams.tries(streams.inbox(entry.partition)), entry.id, str(MOST_TRIES))

    async def die(*_: object) -> None:
        raise SystemExit

    quarantine.set_aside = die  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        await worker.process(entry)
    quarantine.set_aside = set_aside  # type: ignore[method-assign]
    await worker.process(entry)
    assert len(echo.given_up) == 2
    assert [message.text for message in await messages.after(A, 0)] == ["handed over"]
    assert await _to_send(redis, leases) == [1]
    assert len(await quarantine.entries()) == 1


@pytest.mark.parametrize("hours", [2, 4])
async def test_hours_that_a_message_waits_can_be_set(
    redis: Redis,
    keys: ConversationKeys,
    outbox: Outbox,
    quarantine: Quarantine,
    echo: Echo,
    ready: Ready,
    inbox: Inbox,
    leases: Leases,
    hours: int,
) -> None:
    worker = Worker(redis, keys, outbox, quarantine, echo, ready, hours)
    await inbox.accept([wrote(A, "hello")])
    entry = await _only(redis, leases)
    await worker.process(replace(entry, id=f"{int((time.time() - 3 * 3600) * 1000)}-0"))
    assert (len(echo.given_up), len(echo.handled)) == ((1, 0) if hours == 2 else (0, 1))


async def test_handler_is_told_when_a_message_was_accepted(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, quarantine: Quarantine
) -> None:
    # A message that waited for long opened WhatsApp's window anew when it was answered or replayed.
    await inbox.accept([wrote(A, "hello")])
    entry, seen, handle = await _only(redis, leases), [], echo.handle

    async def note(event, over):  # type: ignore[no-untyped-def]
        seen.append(event.at)
        return await handle(event, over)

    echo.handle = note  # type: ignore[method-assign]
    await quarantine.set_aside(entry, "inbox", "x")
    await quarantine.replay((await quarantine.entries())[0].id)
    await worker.process(await _only(redis, leases))
    assert seen == [datetime.fromtimestamp(entry.seconds, UTC)]


async def test_message_that_waited_for_a_day_is_given_to_people(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, quarantine: Quarantine
) -> None:
    await inbox.accept([wrote(A, "hello")])
    entry = await _only(redis, leases)
    await redis.xdel(streams.inbox(entry.partition), entry.id)
    old = f"{int((time.time() - 25 * 3600) * 1000)}-0"
    await redis.delete(streams.inbox(entry.partition))
    await redis.xadd(streams.inbox(entry.partition), entry.fields, id=old)  # type: ignore[arg-type]
    await worker.process(await _only(redis, leases))
    assert (len(echo.given_up), echo.handled) == (1, [])
    assert len(await quarantine.entries()) == 1


async def test_message_of_a_forgotten_conversation_is_dropped(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo, keys: ConversationKeys
) -> None:
    await inbox.accept([wrote(A, "hello")])
    keys.destroy(A)
    await worker.process(await _only(redis, leases))
    assert await waiting(redis, leases, streams.inbox) == []
    assert (echo.handled, echo.unreadable_of) == ([], [A])


async def test_message_from_before_the_deletion_is_dropped_when_the_person_is_back(
    worker: Worker,
    inbox: Inbox,
    redis: Redis,
    leases: Leases,
    echo: Echo,
    keys: ConversationKeys,
    quarantine: Quarantine,
) -> None:
    await inbox.accept([wrote(A, "before")])
    keys.destroy(A)
    await inbox.accept([wrote(A, "after")])
    for entry in await waiting(redis, leases, streams.inbox):
        await worker.process(entry)
    assert echo.handled == [("after", 0)]
    assert await quarantine.entries() == []


@pytest.mark.parametrize("damage", ["the key", "the event"])
async def test_message_that_cannot_be_read_is_set_aside_after_five_tries(
    worker: Worker,
    inbox: Inbox,
    redis: Redis,
    leases: Leases,
    keys: ConversationKeys,
    quarantine: Quarantine,
    tmp_path: Path,
    damage: str,
) -> None:
    # It was tried for ever.
    await inbox.accept([wrote(A, "hello")])
    entry = await _only(redis, leases)
    if damage == "the key":
        [path] = (tmp_path / "keys").rglob(A)
        path.write_bytes(b"damaged")
    else:
        entry.fields["sealed"] = keys.get_or_create(A).seal('{"kind": "of another version"}')
    for _ in range(MOST_TRIES):
        await _fail(worker, entry)
    await worker.process(entry)
    assert len(await quarantine.entries()) == 1


async def test_emergency_behind_a_message_that_waits_is_answered_at_once(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo, messages: Messages
) -> None:
    # While Rasa was away, a cry for help waited for minutes behind a message that was tried again.
    echo.urgent.add("help")
    echo.failures.append(AnswerLater([]))
    async with reading(redis, streams.inbox, worker.process, process_if_urgent=worker.process_if_urgent):
        await inbox.accept([wrote(A, "question"), wrote(A, "another")])
        await until(lambda: not echo.failures)
        started = time.monotonic()
        await inbox.accept([wrote(A, "help")])
        await until(lambda: len(echo.handled) == 1)
        assert time.monotonic() - started < 1
        await until_empty(redis, streams.inbox)
    assert [text for text, _ in echo.handled] == ["help", "question", "another"]
    assert await waiting(redis, Leases(redis), streams.inbox) == []
    assert len(await messages.after(A, 0)) == 6


@pytest.fixture
def crowded(redis: Redis, keys: ConversationKeys) -> Inbox:
    """An entrance that lets a person write as much as they like."""
    return Inbox(redis, keys, Identity(b"secret of a test"), per_minute=100_000)


async def test_emergency_is_found_among_thousands_that_wait(
    worker: Worker, crowded: Inbox, redis: Redis, echo: Echo, ready: Ready
) -> None:
    # Only what was read so far was looked at, and only so much was read.
    ids = [f"telegram-{number}" for number in range(40)]
    echo.urgent |= {"help", "help too"}
    echo.is_down = True
    ready.back.clear()
    for round in range(100):
        await crowded.accept([wrote(id, f"question {round}") for id in ids])
    await crowded.accept([wrote(ids[7], "help")])
    async with reading(redis, streams.inbox, worker.process, process_if_urgent=worker.process_if_urgent):
        started = time.monotonic()
        await until(lambda: echo.handled == [("help", 0)])
        assert time.monotonic() - started < 5
        started = time.monotonic()
        await crowded.accept([wrote(ids[8], "help too")])
        await until(lambda: len(echo.handled) == 2)
        assert time.monotonic() - started < 1
    assert len(await waiting(redis, Leases(redis), streams.inbox)) == 4000


async def test_emergency_does_not_wait_for_a_place(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo
) -> None:
    # With a Rasa that hangs, eight messages held up the first one of everybody else.
    echo.urgent.add("help")
    handle = echo.handle

    async def hang(event, over):  # type: ignore[no-untyped-def]
        if event.text != "help":
            await asyncio.sleep(60)
        return await handle(event, over)

    echo.handle = hang  # type: ignore[method-assign]
    await inbox.accept([wrote(f"telegram-{number}", "question") for number in range(12)])
    async with reading(
        redis, streams.inbox, worker.process, at_once=2, process_if_urgent=worker.process_if_urgent
    ):
        await asyncio.sleep(0.2)
        await inbox.accept([wrote(B, "help")])
        started = time.monotonic()
        await until(lambda: len(echo.handled) == 1)
        assert time.monotonic() - started < 1


async def test_message_that_has_its_turn_at_once_is_not_looked_at_before(
    worker: Worker, inbox: Inbox, redis: Redis, echo: Echo
) -> None:
    looked_at = []

    async def look(entry: Entry) -> bool:
        looked_at.append(entry)
        return False

    async with reading(redis, streams.inbox, worker.process, process_if_urgent=look):
        for number in range(5):
            await inbox.accept([wrote(A, str(number))])
            await until(lambda number=number: len(echo.handled) == number + 1)  # type: ignore[misc]
    assert looked_at == []


async def test_emergency_that_cannot_be_looked_at_waits_for_its_turn(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, echo: Echo
) -> None:
    echo.urgent.add("help")
    await inbox.accept([wrote(A, "help")])
    echo.failures.append(RuntimeError())
    entry = await _only(redis, leases)
    assert not await worker.process_if_urgent(entry)
    assert await worker.process_if_urgent(entry)
    assert echo.handled == [("help", 0)]


async def test_address_is_stored_sealed(
    worker: Worker, inbox: Inbox, redis: Redis, leases: Leases, conversations: Conversations, outbox: Outbox
) -> None:
    await inbox.accept([wrote(A, "hello", address="+905550001122")])
    await worker.process(await _only(redis, leases))
    conversation = await conversations.find(A)
    assert conversation is not None
    assert "905550001122" not in str(conversation.address)
    assert conversations.address(conversation) == "+905550001122"
