import asyncio
import threading
import time
from collections.abc import AsyncIterator

import numpy as np
import pytest

from bot.pipeline.message_vectors import MessageVectors
from knowledge_base.encoder.encoder import Encoder, Vectors


@pytest.fixture
async def vectors(encoder: Encoder) -> AsyncIterator[MessageVectors]:
    kept = MessageVectors(encoder)
    yield kept
    kept.close()


async def test_remember_embeds_a_message_once_for_all(vectors: MessageVectors, encoder: Encoder) -> None:
    key = await vectors.remember("Where is the hospital?")
    vector = vectors.get(key)
    assert vector is not None
    assert np.allclose(vector, encoder.encode(["Where is the hospital?"])[0], atol=1e-5)
    assert vectors.get(key) is vector


async def test_remember_gives_every_message_its_own_key(vectors: MessageVectors) -> None:
    first, second = await asyncio.gather(vectors.remember("a"), vectors.remember("a"))
    assert first != second
    assert vectors.get("unknown") is None


async def test_remember_lets_the_oldest_go(vectors: MessageVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pipeline.message_vectors._KEPT", 2)
    keys = [await vectors.remember(text) for text in ("a", "b", "c")]
    assert [vectors.get(key) is not None for key in keys] == [False, True, True]


async def test_in_thread_leaves_the_loop_free_and_runs_one_at_a_time(vectors: MessageVectors) -> None:
    running, most = 0, 0

    def encode(texts: list[str]) -> Vectors:
        nonlocal running, most
        running += 1
        most = max(most, running)
        assert threading.current_thread() is not threading.main_thread()
        time.sleep(0.05)
        running -= 1
        return np.zeros((len(texts), 1), np.float32)

    jobs = asyncio.gather(*(vectors.in_thread(encode, ["a"]) for _ in range(4)))
    turns = 0
    while not jobs.done():
        turns += 1
        await asyncio.sleep(0.005)
    assert most == 1
    assert turns > 4
