"""The parts of the road, over a real server of streams and a real record."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.base.texts import Texts
from bot.pipeline.conversations import Conversations
from bot.pipeline.inbox import Inbox
from bot.pipeline.messages import Messages
from bot.pipeline.outbox import Outbox
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.sender import Sender
from bot.pipeline.worker import Worker
from tests.support.platform import Platform
from tests.support.road import Echo


@pytest.fixture
def inbox(redis: Redis, keys: ConversationKeys) -> Inbox:
    """An entrance that allows a person three messages a minute."""
    return Inbox(redis, keys, Identity(b"secret of a test"), per_minute=3)


@pytest.fixture
def outbox(redis: Redis, keys: ConversationKeys) -> Outbox:
    return Outbox(redis, keys)


@pytest.fixture
def quarantine(redis: Redis) -> Quarantine:
    return Quarantine(redis)


@pytest.fixture
def echo(conversations: Conversations, messages: Messages) -> Echo:
    """Answers every message with its text."""
    return Echo(conversations, messages)


class Ready:
    """Counts how often somebody waited until an answer was possible, which it is unless `back` is cleared."""

    def __init__(self) -> None:
        self.waits = 0
        self.back = asyncio.Event()
        self.back.set()

    async def __call__(self) -> None:
        self.waits += 1
        await self.back.wait()


@pytest.fixture
def ready() -> Ready:
    return Ready()


@pytest.fixture
def worker(
    redis: Redis, keys: ConversationKeys, outbox: Outbox, quarantine: Quarantine, echo: Echo, ready: Ready
) -> Worker:
    """A worker on the echo."""
    return Worker(redis, keys, outbox, quarantine, echo, ready)


@pytest.fixture
def platform() -> Platform:
    """Telegram in memory, without limits."""
    return Platform()


@pytest.fixture
def sender(
    redis: Redis,
    conversations: Conversations,
    messages: Messages,
    outbox: Outbox,
    platform: Platform,
    texts: Texts,
) -> Sender:
    """A sender to the platform in memory."""
    return Sender(redis, conversations, messages, outbox, {platform.name: platform}, texts)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between tries of hundredths of a second."""
    monkeypatch.setattr("bot.pipeline.worker._PAUSES", (0.01, 0.02, 0.03, 0.04))
    monkeypatch.setattr("bot.pipeline.sender._FIRST_PAUSE", 0.01)
