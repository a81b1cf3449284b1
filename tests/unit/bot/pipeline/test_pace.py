import asyncio
import time

import pytest
from redis.asyncio import Redis

from bot.pipeline.pace import Pace

FAST = 10_000.0  # messages a second


async def moments(pace: Pace, ids: list[str], per_second: float, per_chat: float) -> dict[str, list[float]]:
    """When messages of conversations may go, in seconds since the start; each conversation's in its order."""
    started, found = time.monotonic(), dict[str, list[float]]()

    async def one(id: str, count: int) -> None:
        for _ in range(count):
            await pace.wait("telegram", id, per_second, per_chat)
            found.setdefault(id, []).append(time.monotonic() - started)

    await asyncio.gather(*(one(id, ids.count(id)) for id in set(ids)))
    return found


async def test_first_message_goes_at_once(redis: Redis) -> None:
    assert (await moments(Pace(redis), ["a"], 1, 1))["a"][0] < 0.9


async def test_messages_of_one_chat_are_a_second_apart(redis: Redis) -> None:
    found = (await moments(Pace(redis), ["a"] * 3, 30, 1))["a"]
    assert found[1] - found[0] >= 0.99
    assert found[2] - found[1] >= 0.99
    assert found[2] < 3


async def test_messages_to_a_platform_keep_its_pace(redis: Redis) -> None:
    ids = [f"chat {number}" for number in range(20)]
    found = await moments(Pace(redis), ids, 30, 1)
    times = sorted(time for [time] in found.values())
    assert times[-1] - times[0] >= 19 / 30 * 0.95
    assert times[-1] < 3
    # In no second are there more than the platform takes.
    assert all(sum(start <= time < start + 0.5 for time in times) <= 17 for start in times)


async def test_chat_that_waits_does_not_hold_the_others_up(redis: Redis) -> None:
    # Its place in the queue of the platform was moved a second on, and everybody else's with it.
    pace = Pace(redis)
    await pace.wait("telegram", "a", 30, 1)
    waiting = asyncio.create_task(pace.wait("telegram", "a", 30, 1))
    await asyncio.sleep(0.1)
    found = await moments(pace, ["b", "c", "d"], 30, 1)
    assert max(time for times in found.values() for time in times) < 0.6
    assert not waiting.done()
    await waiting


async def test_processes_share_the_pace(redis: Redis) -> None:
    await Pace(redis).wait("telegram", "a", FAST, 2)
    started = time.monotonic()
    await Pace(redis).wait("telegram", "a", FAST, 2)
    assert time.monotonic() - started >= 0.4


async def test_platforms_do_not_wait_for_each_other(redis: Redis) -> None:
    pace = Pace(redis)
    await pace.wait("telegram", "a", 1, 1)
    async with asyncio.timeout(0.5):
        await pace.wait("whatsapp", "b", 1, 1)


@pytest.mark.parametrize("rate", [0.5, 1, 30, 80])
async def test_marks_do_not_stay(redis: Redis, rate: float) -> None:
    await Pace(redis).wait("telegram", "a", rate, rate)
    for key in await redis.keys("pace:*"):
        milliseconds = await redis.pttl(key)
        assert milliseconds != -1, "it stays for ever"
        assert milliseconds <= 1000 / rate + 2
