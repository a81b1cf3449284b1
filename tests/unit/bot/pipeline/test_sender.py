import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection
from sqlalchemy import update

from bot.app.streams import connect
from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Conversation, now
from bot.base.storage import Storage
from bot.base.texts import Texts
from bot.pipeline import streams
from bot.pipeline.channel import Outgoing, Refused, TryLater
from bot.pipeline.conversations import Conversations
from bot.pipeline.entries import Again, Entry
from bot.pipeline.inbound import Delivery, event_adapter
from bot.pipeline.leases import Leases
from bot.pipeline.messages import Messages
from bot.pipeline.outbox import LeaseLost, Outbox
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.sender import Sender
from tests.support.platform import Platform
from tests.support.road import leased, reading, saying, until, until_empty, waiting
from tests.support.valkey import StreamServer

A, B = "telegram-a", "telegram-b"


class Post:
    """Puts replies into the outbox and reads what the sender notes about them."""

    def __init__(
        self, redis: Redis, conversations: Conversations, messages: Messages, keys: ConversationKeys
    ) -> None:
        self._redis, self._conversations, self._messages, self._keys = redis, conversations, messages, keys

    async def put(self, id: str, *texts: str, parts: int = 1, age: float = 0.0) -> None:
        """Queue replies; `age` says how many seconds ago that was."""
        await self._conversations.open(id, "telegram", f"address of {id}")
        for text in texts:
            message = await self._messages.announced(id, saying(text))
            for part in range(parts):
                fields = {"conversation": id, "message": message.id, "part": part}
                name = streams.outbox(streams.partition_of(id))
                at = f"{int((time.time() - age) * 1000)}-*" if age else "*"
                await self._redis.xadd(name, fields, id=at)  # type: ignore[arg-type]

    async def entry(self, leases: Leases) -> Entry:
        """The only entry of the outbox."""
        [found] = await waiting(self._redis, leases, streams.outbox)
        return found

    async def notes(self) -> list[Delivery]:
        """What the sender noted, by partition and in order."""
        found = []
        for entry in await waiting(self._redis, Leases(self._redis), streams.inbox):
            sealer = self._keys.find(entry.conversation_id)
            assert sealer is not None
            event = event_adapter.validate_json(sealer.open(entry.fields["sealed"]))
            assert isinstance(event, Delivery)
            found.append(event)
        return found

    async def states(self) -> list[str]:
        return [note.state for note in await self.notes()]


@pytest.fixture
def post(redis: Redis, conversations: Conversations, messages: Messages, keys: ConversationKeys) -> Post:
    return Post(redis, conversations, messages, keys)


@pytest.fixture
async def leases(redis: Redis) -> AsyncIterator[Leases]:
    return await leased(redis)


async def test_reply_is_sent_and_noted(
    sender: Sender, post: Post, platform: Platform, leases: Leases
) -> None:
    await post.put(A, "hello")
    await sender.process(await post.entry(leases))
    assert [(taken.address, taken.text) for taken in platform.taken] == [(f"address of {A}", "hello")]
    [note] = await post.notes()
    assert (note.state, note.platform_id, note.message, note.part) == ("sent", "number-1", 1, 0)
    assert (note.conversation_id, note.channel) == (A, "telegram")


async def test_replies_of_a_conversation_are_sent_in_order(
    sender: Sender, post: Post, platform: Platform, redis: Redis
) -> None:
    ids = [f"telegram-{number}" for number in range(6)]
    for id in ids:
        await post.put(id, f"one {id}", f"two {id}", f"three {id}")
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    for id in ids:
        assert [text for text in platform.texts if text.endswith(id)] == [
            f"one {id}",
            f"two {id}",
            f"three {id}",
        ]
    assert len(platform.taken) == 18


async def test_parts_of_a_long_reply_are_sent_in_order(
    sender: Sender, post: Post, platform: Platform, redis: Redis
) -> None:
    platform.text_limit = 40
    await post.put(A, "The first sentence stands here. The second one stands there.", parts=2)
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert platform.texts == ["The first sentence stands here.", "The second one stands there."]
    assert [note.part for note in await post.notes()] == [0, 1]


async def test_part_that_a_reply_does_not_have_any_more_is_given_up(
    sender: Sender, post: Post, platform: Platform, redis: Redis
) -> None:
    await post.put(A, "short", parts=2)
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert (platform.texts, await post.states()) == (["short"], ["sent", "failed"])


async def test_platform_that_asks_to_wait_is_asked_again_after_that(
    sender: Sender, post: Post, platform: Platform, redis: Redis
) -> None:
    await post.put(A, "hello")
    platform.failures.append(TryLater("too many requests", seconds=1.7))
    started = time.monotonic()
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert platform.taken[0].at - started >= 1.7
    assert await post.states() == ["sent"]


async def test_platform_that_asks_to_wait_holds_only_that_conversation_up(
    sender: Sender, post: Post, platform: Platform, redis: Redis
) -> None:
    await post.put(A, "one", "two")
    platform.failures.append(TryLater("too many requests", seconds=30))
    async with reading(redis, streams.outbox, sender.process):
        await until(lambda: not platform.failures)
        await post.put(B, "hello")
        await until(lambda: platform.texts == ["hello"])
        await asyncio.sleep(0.3)
        assert platform.texts == ["hello"]


async def test_pauses_between_tries_double_up_to_a_minute(
    sender: Sender, post: Post, platform: Platform, leases: Leases
) -> None:
    await post.put(A, "hello")
    entry = await post.entry(leases)
    pauses = []
    for _ in range(8):
        platform.failures.append(TryLater("502"))
        with pytest.raises(Again) as again:
            await sender.process(entry)
        pauses.append(again.value.seconds)
    for pause, shortest in zip(pauses, (1, 2, 4, 8, 16, 32, 60, 60), strict=True):
        assert shortest <= pause <= shortest * 1.3
    await sender.process(entry)
    assert platform.texts == ["hello"]


async def test_message_that_the_platform_never_takes_is_given_up_with_its_code(
    sender: Sender, post: Post, platform: Platform, leases: Leases, conversations: Conversations
) -> None:
    await post.put(A, "hello")
    platform.failures.append(Refused("refused", 400))
    await sender.process(await post.entry(leases))
    [note] = await post.notes()
    assert (note.state, note.error, note.platform_id) == ("failed", 400, None)
    found = await conversations.find(A)
    assert found is not None
    assert not found.blocked


async def test_person_who_blocked_the_bot_gets_nothing_more(
    sender: Sender, post: Post, platform: Platform, redis: Redis, conversations: Conversations
) -> None:
    await post.put(A, "one", "two", "three")
    platform.failures.append(Refused("blocked", 403))
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert platform.texts == []
    assert await post.states() == ["failed"] * 3
    found = await conversations.find(A)
    assert found is not None
    assert found.blocked


async def test_reply_that_waited_for_a_day_is_not_sent(
    sender: Sender, post: Post, platform: Platform, leases: Leases
) -> None:
    await post.put(A, "hello", age=25 * 3600)
    await sender.process(await post.entry(leases))
    assert (platform.texts, await post.states()) == ([], ["failed"])


async def test_reply_of_a_channel_that_was_switched_off_is_given_up(
    sender: Sender, post: Post, leases: Leases, platform: Platform
) -> None:
    platform.name = "whatsapp"
    sender._channels = {"whatsapp": platform}
    await post.put(A, "hello")
    await sender.process(await post.entry(leases))
    assert (platform.texts, await post.states()) == ([], ["failed"])


async def test_reply_of_a_forgotten_conversation_is_dropped_and_makes_no_key(
    sender: Sender,
    post: Post,
    platform: Platform,
    redis: Redis,
    leases: Leases,
    keys: ConversationKeys,
    conversations: Conversations,
) -> None:
    await post.put(A, "hello")
    keys.destroy(A)
    await conversations.delete(A)
    await sender.process(await post.entry(leases))
    assert (platform.texts, await waiting(redis, leases, streams.outbox)) == ([], [])
    assert keys.find(A) is None


async def test_replies_keep_the_pace_of_the_platform(
    sender: Sender, post: Post, platform: Platform, redis: Redis
) -> None:
    platform.per_second_and_chat = 1.0
    await post.put(A, "one", "two")
    await post.put(B, "hello")
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    at = {taken.text: taken.at for taken in platform.taken}
    assert at["two"] - at["one"] >= 0.95
    assert abs(at["hello"] - at["one"]) < 0.7


async def _heard(storage: Storage, id: str, hours: float) -> None:
    async with storage.write() as session:
        moment = now() - timedelta(hours=hours)
        await session.execute(update(Conversation).where(Conversation.id == id).values(last_heard_at=moment))


@pytest.fixture
def window(platform: Platform) -> Platform:
    """A platform that takes replies for a day only."""
    platform.window_hours = 24
    return platform


async def test_reply_within_the_window_is_sent(
    sender: Sender, post: Post, window: Platform, leases: Leases, storage: Storage
) -> None:
    await post.put(A, "hello")
    await _heard(storage, A, 23)
    await sender.process(await post.entry(leases))
    assert (window.texts, await post.states()) == (["hello"], ["sent"])


async def test_reply_after_the_window_is_held_and_the_person_invited_once(
    sender: Sender, post: Post, window: Platform, redis: Redis, storage: Storage
) -> None:
    # Every part that waited cost another invitation.
    await post.put(A, "one", "two", "three")
    await _heard(storage, A, 25)
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert (window.texts, window.invited) == ([], [(f"address of {A}", "en")])
    assert await post.states() == ["held"] * 3


async def test_reply_that_the_platform_finds_late_is_held(
    sender: Sender, post: Post, window: Platform, leases: Leases
) -> None:
    await post.put(A, "hello")
    window.failures.append(Refused("window_closed", 131047))
    await sender.process(await post.entry(leases))
    assert (len(window.invited), await post.states()) == (1, ["held"])


@pytest.mark.parametrize("failure", [TryLater("500"), Refused("refused", 400)])
async def test_invitation_that_fails_does_not_lose_the_reply(
    sender: Sender, post: Post, window: Platform, redis: Redis, storage: Storage, failure: Exception
) -> None:
    await post.put(A, "one", "two")
    await _heard(storage, A, 25)
    window.failures.append(failure)
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert await post.states() == ["held"] * 2
    # Only where it may work later is another one sent.
    assert len(window.invited) == (1 if isinstance(failure, TryLater) else 0)


async def test_reply_is_not_sent_again_when_it_could_not_be_noted(
    tmp_path: Path,
    conversations: Conversations,
    messages: Messages,
    keys: ConversationKeys,
    platform: Platform,
    texts: Texts,
) -> None:
    server = StreamServer(tmp_path / "own").start()
    async with connect(server.streams) as client:
        outbox = Outbox(client, keys)
        sender = Sender(client, conversations, messages, outbox, {"telegram": platform}, texts)
        post = Post(client, conversations, messages, keys)
        await post.put(A, "hello")
        send = platform.send

        async def send_and_lose_the_server(address, outgoing):  # type: ignore[no-untyped-def]
            number = await send(address, outgoing)
            server.kill()
            return number

        platform.send = send_and_lose_the_server  # type: ignore[method-assign]
        async with reading(client, streams.outbox, sender.process):
            await until(lambda: bool(platform.taken))
            await asyncio.sleep(1)
            server.start()
            await until_empty(client, streams.outbox)
        assert platform.texts == ["hello"]
        assert await post.states() == ["sent"]
    server.stop()


async def test_reply_whose_partition_is_given_back_before_its_moment_is_left_to_the_next_worker(
    sender: Sender, post: Post, platform: Platform, leases: Leases
) -> None:
    # While it waited for its moment, both workers came to it.
    await post.put(A, "hello")
    with pytest.raises(LeaseLost):
        await sender.process(replace(await post.entry(leases), is_ours=lambda: False))
    assert (platform.taken, await post.states()) == ([], [])


async def test_reply_that_was_sent_is_noted_also_when_its_partition_is_given_back(
    sender: Sender, post: Post, platform: Platform, leases: Leases, outbox: Outbox
) -> None:
    await post.put(A, "hello")
    entry, sent = await post.entry(leases), outbox.sent

    async def fail(*_: object) -> None:
        raise NoConnection

    outbox.sent = fail  # type: ignore[method-assign]
    with pytest.raises(NoConnection):
        await sender.process(entry)
    outbox.sent = sent  # type: ignore[method-assign]
    await sender.process(replace(entry, is_ours=lambda: False))
    assert (platform.texts, await post.states()) == (["hello"], ["sent"])


async def test_two_replies_with_the_same_id_in_two_partitions_are_both_sent(
    sender: Sender, post: Post, platform: Platform, redis: Redis, outbox: Outbox
) -> None:
    # The second was taken for the first while that was being noted.
    note = outbox.sent

    async def note_slowly(entry: Entry, delivery: Delivery) -> None:
        await asyncio.sleep(0.3)
        await note(entry, delivery)

    outbox.sent = note_slowly  # type: ignore[method-assign]
    found = []
    for id in (A, B):
        await post.put(id, f"to {id}")
        found += await waiting(redis, Leases(redis), streams.outbox)
        await redis.delete(*await redis.keys("outbox:*"))
    assert len({entry.partition for entry in found}) == 2
    async with reading(redis, streams.outbox, sender.process):
        for number, entry in enumerate(found, start=1):
            await redis.xadd(streams.outbox(entry.partition), entry.fields, id="9999999999999-1")  # type: ignore[arg-type]
            await until(lambda number=number: len(platform.taken) == number)  # type: ignore[misc]
        await until_empty(redis, streams.outbox)
    assert platform.texts == [f"to {A}", f"to {B}"]
    notes = {note.conversation_id: note.platform_id for note in await post.notes()}
    assert notes == {A: "number-1", B: "number-2"}


async def test_log_holds_neither_words_nor_addresses(
    sender: Sender, post: Post, platform: Platform, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    await post.put(A, "zugunruhe")
    platform.failures.extend([TryLater("too fast", 0.01), RuntimeError("zugunruhe"), Refused("refused", 400)])
    async with reading(redis, streams.outbox, sender.process):
        await until_empty(redis, streams.outbox)
    assert caplog.text != ""
    assert "zugunruhe" not in caplog.text
    assert "address of" not in caplog.text


async def test_pause_after_a_day_of_tries_is_still_a_minute(
    sender: Sender, post: Post, platform: Platform, redis: Redis, leases: Leases
) -> None:
    # After 1,024 tries the pause was too large a number, and the platform was asked five times a second.
    await post.put(A, "hello")
    entry = await post.entry(leases)
    await redis.hset(streams.tries(streams.outbox(entry.partition)), entry.id, "1400")
    platform.failures.append(TryLater("502"))
    with pytest.raises(Again) as again:
        await sender.process(entry)
    assert 60 <= again.value.seconds <= 80


async def test_platform_that_hangs_does_not_hold_up_what_goes_to_another(
    sender: Sender, post: Post, platform: Platform, redis: Redis, conversations: Conversations
) -> None:
    # Eight messages on their way to one were all that could be on their way.
    class Hanging(Platform):
        async def send(self, address: str, outgoing: Outgoing) -> str:
            await asyncio.sleep(60)
            return ""

    hanging = Hanging(name="whatsapp")
    sender._channels = {"telegram": platform, "whatsapp": hanging}
    for number in range(80):
        await conversations.open(f"whatsapp-{number}", "whatsapp", "7")
        await post.put(f"whatsapp-{number}", "hello")
    async with reading(redis, streams.outbox, sender.process, at_once=200):
        await asyncio.sleep(1)
        await post.put(A, "hello")
        started = time.monotonic()
        await until(lambda: platform.texts == ["hello"])
        assert time.monotonic() - started < 3


async def test_reply_that_fails_for_a_reason_of_ours_goes_into_quarantine(
    sender: Sender, post: Post, platform: Platform, leases: Leases, quarantine: Quarantine
) -> None:
    await post.put(A, "hello")
    entry = await post.entry(leases)
    for _ in range(4):
        platform.failures.append(KeyError("a fault of ours"))
        with pytest.raises(Again):
            await sender.process(entry)
    platform.failures.append(KeyError("a fault of ours"))
    await sender.process(entry)
    assert [(found.stream, found.reason) for found in await quarantine.entries()] == [
        ("outbox", "cannot be sent")
    ]
