"""After a deletion no file on disk holds the typed words, with real SQLite and real Valkey."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app.streams import Streams, connect
from bot.pipeline.conversations import Conversations
from bot.pipeline.forgetting import Forgetting

WORD = "zugunruhe"
TRACKER = "tracker:c"


def _holds_word(directory: Path) -> list[str]:
    files = [path for path in directory.rglob("*") if path.is_file()]
    return [path.name for path in files if WORD.encode() in path.read_bytes()]


async def _gone(directory: Path, seconds: float) -> bool:
    for _ in range(int(seconds * 10)):
        if not _holds_word(directory):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.fixture
async def redis(streams: Streams) -> AsyncIterator[Redis]:
    client = connect(streams)
    for _ in range(100):
        try:
            await client.ping()
            break
        except Exception:
            await asyncio.sleep(0.1)
    yield client
    await client.aclose()


async def _write(conversations: Conversations, redis: Redis, id: str = "c") -> None:
    await conversations.open(id, "web")
    message = await conversations.received(id, "1", {"text": f"my {WORD} question"})
    reply = Reply(text=f"about {WORD}", decision=Decision(decision="answer", language="en"))
    await conversations.answered(message, reply, "en")
    await redis.set(f"tracker:{id}", f'{{"text": "{WORD}"}}')


async def test_forgotten_conversation_leaves_no_word_on_disk(
    conversations: Conversations, redis: Redis, tmp_path: Path
) -> None:
    await _write(conversations, redis)
    assert any("sqlite" in name for name in _holds_word(tmp_path))
    assert any("aof" in name for name in _holds_word(tmp_path))
    await Forgetting(conversations, redis).forget("c")
    assert await redis.get(TRACKER) is None
    assert not any("sqlite" in name for name in _holds_word(tmp_path))
    assert await _gone(tmp_path, 10), _holds_word(tmp_path)


async def test_conversations_forgotten_at_once_leave_no_word_on_disk(
    conversations: Conversations, redis: Redis, tmp_path: Path
) -> None:
    # A rewrite that began before the last deletion still holds its tracker.
    ids = [f"c{number}" for number in range(5)]
    for id in ids:
        await _write(conversations, redis, id)
    forgetting = Forgetting(conversations, redis)
    for id in ids:
        await forgetting.forget(id)
    assert await _gone(tmp_path, 10), _holds_word(tmp_path)


async def test_interrupted_deletion_is_finished_at_the_next_start(
    conversations: Conversations, redis: Redis, tmp_path: Path
) -> None:
    await _write(conversations, redis)
    await conversations.request_forget("c")
    await Forgetting(conversations, redis).finish_requested()
    assert await conversations.find("c") is None
    assert await _gone(tmp_path, 10), _holds_word(tmp_path)


async def test_dropped_tracker_leaves_the_record_alone(conversations: Conversations, redis: Redis) -> None:
    await _write(conversations, redis)
    await Forgetting(conversations, redis).drop_tracker("c")
    assert await redis.get(TRACKER) is None
    assert len(await conversations.messages_after("c", 0)) == 2
