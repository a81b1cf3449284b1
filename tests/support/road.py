"""Parts of the road for tests: messages, a handler that echoes, and the loop that reads a stream."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.app.loops import end_loops
from bot.base.reply import Decision, Reply
from bot.pipeline.conversations import Conversations
from bot.pipeline.entries import Entry
from bot.pipeline.inbound import Event, Inbound, channel_of
from bot.pipeline.leases import Leases
from bot.pipeline.messages import Messages
from bot.pipeline.outbox import Sending
from bot.pipeline.reader import Process, Reader
from bot.pipeline.streams import PARTITIONS, decoded
from bot.pipeline.worker import AnswerLater

_RENEW_EVERY = 0.2  # seconds
PATIENCE = 20.0  # seconds; tests end much earlier where nothing is wrong


def wrote(id: str, text: str, client_id: str = "", **more: object) -> Inbound:
    """A message of the person of conversation `id`, numbered by its text where no number is given."""
    given: dict[str, object] = {"address": f"address of {id}", **more}
    return Inbound(
        conversation_id=id,
        channel=channel_of(id),
        client_id=client_id or text,
        text=text,
        **given,  # type: ignore[arg-type]
    )


def saying(text: str) -> Reply:
    """A reply without buttons."""
    return Reply(text=text, decision=Decision(decision="smalltalk", language="en"))


class Echo:
    """Answers every message with its text, stored in the record, and first fails with each of `failures`.

    While it `is_down`, it answers urgent messages only."""

    def __init__(self, conversations: Conversations, messages: Messages) -> None:
        self._conversations = conversations
        self._messages = messages
        self.failures: deque[BaseException] = deque()
        self.is_down = False
        self.handled: list[tuple[str, int]] = []  # text and by how much over the limit
        self.given_up: list[Event] = []
        self.unreadable_of: list[str] = []  # conversations whose messages nobody could read
        self.urgent: set[str] = set()  # texts that tell of an emergency

    async def handle(self, event: Event, over: int) -> Sequence[Sending]:
        assert isinstance(event, Inbound)
        if self.failures:
            raise self.failures.popleft()
        text = str(event.text)
        if self.is_down and text not in self.urgent:
            raise AnswerLater([])
        await self._conversations.open(event.conversation_id, event.channel, event.address)
        asked, _ = await self._messages.received(event, text)
        reply = await self._messages.answered(asked, saying(f"echo of {text}"), "en")
        self.handled.append((text, over))
        return [Sending(event.conversation_id, reply.id, 0)]

    async def is_urgent(self, event: Event) -> bool:
        return isinstance(event, Inbound) and event.text in self.urgent

    async def unreadable(self, conversation_id: str) -> Sequence[Sending]:
        self.unreadable_of.append(conversation_id)
        return []

    async def give_up(self, event: Event) -> Sequence[Sending]:
        if self.failures:
            raise self.failures.popleft()
        await self._conversations.open(event.conversation_id, event.channel)
        self.given_up.append(event)
        told = await self._messages.announced(event.conversation_id, saying("handed over"), event.client_id)
        return [Sending(event.conversation_id, told.id, 0)]


@asynccontextmanager
async def reading(
    redis: Redis, stream: Callable[[int], str], process: Process, at_once: int = 8, **more: object
) -> AsyncIterator[Leases]:
    """Read a kind of stream for the length of the block, as the service does."""
    leases = Leases(redis)
    await leases.refresh()
    reader = Reader(redis, leases, stream, process, at_once, **more)  # type: ignore[arg-type]

    async def renew() -> None:
        while True:
            await asyncio.sleep(_RENEW_EVERY)
            with suppress(RedisError):
                await leases.refresh()

    tasks = [asyncio.create_task(reader.run()), asyncio.create_task(renew())]
    try:
        yield leases
    finally:
        await end_loops(tasks)
        await reader.close()
        await leases.release()


async def leased(redis: Redis) -> Leases:
    """Leases of all partitions."""
    leases = Leases(redis)
    await leases.refresh()
    return leases


async def waiting(redis: Redis, leases: Leases, stream: Callable[[int], str]) -> list[Entry]:
    """What stands in the streams of a kind, as the holder of the leases reads it: by partition, in order."""
    return [
        Entry(partition, leases.held.get(partition, "no lease"), id, fields)
        for partition in range(PARTITIONS)
        for id, fields in decoded(await redis.xrange(stream(partition)))
    ]


async def until(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not reached():  # noqa: ASYNC110  (other processes change it)
            await asyncio.sleep(0.02)


async def until_empty(redis: Redis, stream: Callable[[int], str]) -> None:
    """Wait until all entries of a kind of stream are dealt with."""
    async with asyncio.timeout(PATIENCE):
        while any([await redis.xlen(stream(partition)) for partition in range(PARTITIONS)]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
