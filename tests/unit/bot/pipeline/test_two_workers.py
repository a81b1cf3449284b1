"""Workers that come and go share the partitions without saying anything twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import pytest
from redis.asyncio import Redis

from bot.base.texts import Texts
from bot.pipeline import streams
from bot.pipeline.channel import Outgoing
from bot.pipeline.conversations import Conversations
from bot.pipeline.leases import Leases
from bot.pipeline.messages import Messages
from bot.pipeline.outbox import Outbox
from bot.pipeline.sender import Sender
from tests.support.platform import Platform
from tests.support.road import reading, saying, until, until_empty

IDS = [f"telegram-{number}" for number in range(40)]
Begin = Callable[[], AbstractAsyncContextManager[Leases]]


class SlowPlatform(Platform):
    """Takes a message half a second before it says so, as over a bad line."""

    async def send(self, address: str, outgoing: Outgoing) -> str:
        number = await super().send(address, outgoing)
        await asyncio.sleep(0.5)
        return number


@pytest.fixture
def platform() -> Platform:
    return SlowPlatform()


@pytest.fixture
def working(
    redis: Redis,
    conversations: Conversations,
    messages: Messages,
    outbox: Outbox,
    platform: Platform,
    texts: Texts,
) -> Begin:
    """Starts a worker that sends, as another process would."""

    @asynccontextmanager
    async def begin() -> AsyncIterator[Leases]:
        sender = Sender(redis, conversations, messages, outbox, {"telegram": platform}, texts)
        async with reading(redis, streams.outbox, sender.process, at_once=200, patience=3.0) as leases:
            yield leases

    return begin


async def _put(redis: Redis, conversations: Conversations, messages: Messages, texts: Sequence[str]) -> None:
    for id in IDS:
        await conversations.open(id, "telegram", f"address of {id}")
    for text in texts:
        for id in IDS:
            message = await messages.announced(id, saying(f"{text} to {id}"))
            fields = {"conversation": id, "message": message.id, "part": 0}
            await redis.xadd(streams.outbox(streams.partition_of(id)), fields)  # type: ignore[arg-type]


async def test_partitions_change_hands_without_a_reply_sent_twice(
    working: Begin,
    redis: Redis,
    conversations: Conversations,
    messages: Messages,
    platform: Platform,
) -> None:
    texts = [str(number) for number in range(10)]
    put = partial(_put, redis, conversations, messages)
    await put(texts[:4])
    async with working() as first:
        await until(lambda: len(platform.taken) >= len(IDS))
        async with working() as second, working() as third:
            await until(lambda: min(len(leases.held) for leases in (first, second, third)) >= 4)
            await put(texts[4:8])
            await until(lambda: len(platform.taken) >= 8 * len(IDS))
            await put(texts[8:])
        await until(lambda: len(first.held) == streams.PARTITIONS)
        await until_empty(redis, streams.outbox)
    for id in IDS:
        heard = [text for text in platform.texts if text.endswith(f" {id}")]
        assert heard == [f"{text} to {id}" for text in texts]
    assert len(platform.taken) == len(IDS) * len(texts)
