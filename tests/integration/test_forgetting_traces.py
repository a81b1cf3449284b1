"""After a deletion no file on disk holds the typed words or a key to them: real SQLite, real Valkey."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import update

from bot.app.streams import Streams, connect
from bot.base.conversation_keys import ConversationKeys, key_files
from bot.base.identity import Identity
from bot.base.record import Conversation, Message, now
from bot.base.storage import Storage
from bot.pipeline import streams as names
from bot.pipeline.conversations import Conversations
from bot.pipeline.forgetting import Forgetting
from bot.pipeline.inbox import Inbox
from bot.pipeline.messages import Messages
from bot.pipeline.quarantine import Quarantine
from tests.support.road import leased, saying, waiting, wrote

WORD = "zugunruhe"
ADDRESS = "+905550001122"
ID = "web-c"


def _holding(directory: Path, words: bytes) -> list[str]:
    found = []
    for path in directory.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # the server replaces its files meanwhile
            found += [path.name] if words in path.read_bytes() else []
    return found


async def _gone(directory: Path, words: bytes, seconds: float) -> bool:
    for _ in range(int(seconds * 10)):
        if not _holding(directory, words):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.fixture
async def redis(streams: Streams) -> AsyncIterator[Redis]:
    async with connect(streams) as client:
        yield client


@pytest.fixture
def forgetting(conversations: Conversations, keys: ConversationKeys, redis: Redis) -> Forgetting:
    return Forgetting(conversations, keys, Quarantine(redis), redis)


Write = Callable[..., Awaitable[None]]


@pytest.fixture
def write(conversations: Conversations, messages: Messages, redis: Redis, keys: ConversationKeys) -> Write:
    """Leaves a conversation in the record, the streams and Rasa's tracker store."""
    inbox = Inbox(redis, keys, Identity(b"secret of a test"), per_minute=20)

    async def everywhere(id: str = ID) -> None:
        asked = wrote(id, f"my {WORD} question", client_id="1", address=ADDRESS)
        await inbox.accept([asked])
        await conversations.open(id, "web", ADDRESS)
        message, _ = await messages.received(asked, str(asked.text))
        await messages.answered(message, saying(f"about {WORD}"), "en")
        await redis.set(f"tracker:{id}", f'{{"text": "{WORD}"}}')

    return everywhere


async def test_only_the_tracker_holds_typed_words_in_the_clear(write: Write, tmp_path: Path) -> None:
    await write()
    assert all("aof" in name for name in _holding(tmp_path, WORD.encode()))
    assert _holding(tmp_path, ADDRESS.encode()) == []


async def test_forgotten_conversation_leaves_no_word_and_no_key_on_disk(
    write: Write, forgetting: Forgetting, redis: Redis, conversations: Conversations, tmp_path: Path
) -> None:
    await write()
    assert _holding(tmp_path, WORD.encode()) != []
    [key] = key_files(tmp_path / "keys")
    wrapped = key.read_bytes()
    await forgetting.forget(ID)
    assert await redis.get(f"tracker:{ID}") is None
    assert await conversations.find(ID) is None
    assert list(key_files(tmp_path / "keys")) == []
    assert _holding(tmp_path, wrapped) == []
    assert await _gone(tmp_path, WORD.encode(), 10), _holding(tmp_path, WORD.encode())


async def test_conversations_forgotten_at_once_leave_no_word_on_disk(
    write: Write, forgetting: Forgetting, tmp_path: Path
) -> None:
    # A rewrite that began before the last deletion still holds its tracker.
    ids = [f"web-{number}" for number in range(5)]
    for id in ids:
        await write(id)
    for id in ids:
        await forgetting.forget(id)
    assert await _gone(tmp_path, WORD.encode(), 10), _holding(tmp_path, WORD.encode())


async def test_forgotten_conversation_leaves_nothing_in_quarantine(
    write: Write, forgetting: Forgetting, redis: Redis
) -> None:
    quarantine = Quarantine(redis)
    for id in (ID, "web-d"):
        await write(id)
    for entry in await waiting(redis, await leased(redis), names.inbox):
        await quarantine.set_aside(entry, "inbox", "x")
    await forgetting.forget(ID)
    assert [entry.conversation_id for entry in await quarantine.entries()] == ["web-d"]


async def test_neighbour_of_a_forgotten_conversation_stays(
    write: Write, forgetting: Forgetting, messages: Messages, redis: Redis
) -> None:
    for id in (ID, "web-d"):
        await write(id)
    await forgetting.forget(ID)
    texts = [message.text for message in await messages.after("web-d", 0)]
    assert texts == [f"my {WORD} question", f"about {WORD}"]
    assert await redis.exists("tracker:web-d")


async def test_deletion_can_be_repeated(write: Write, forgetting: Forgetting) -> None:
    await write()
    for _ in range(2):
        await forgetting.forget(ID)


async def test_dropped_tracker_leaves_the_record_alone(
    write: Write, forgetting: Forgetting, messages: Messages, redis: Redis
) -> None:
    await write()
    await forgetting.drop_tracker(ID)
    assert await redis.get(f"tracker:{ID}") is None
    assert len(await messages.after(ID, 0)) == 2


async def _age(storage: Storage, days: int) -> None:
    """Let everything about the conversation be older."""
    long_ago = now() - timedelta(days=days)
    about = ((Conversation, Conversation.id), (Message, Message.conversation_id))
    async with storage.write() as session:
        for table, column in about:
            await session.execute(update(table).where(column == ID).values(created_at=long_ago))


async def test_purge_forgets_idle_conversations_only(
    write: Write, forgetting: Forgetting, conversations: Conversations, storage: Storage, redis: Redis
) -> None:
    for id in (ID, "web-d"):
        await write(id)
    await redis.delete(names.inbox(names.partition_of(ID)))  # as once it was answered
    await _age(storage, days=31)
    await forgetting.purge(30, 8)
    assert await conversations.find(ID) is None
    assert await conversations.find("web-d") is not None


async def test_purge_leaves_a_conversation_in_which_a_message_waits(
    write: Write, forgetting: Forgetting, conversations: Conversations, storage: Storage
) -> None:
    await write()
    await _age(storage, days=31)
    await forgetting.purge(30, 8)
    assert await conversations.find(ID) is not None
