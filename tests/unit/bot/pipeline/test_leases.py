import asyncio
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.app.streams import connect
from bot.pipeline.leases import Leases
from bot.pipeline.streams import PARTITIONS, lease
from tests.support.road import leased
from tests.support.valkey import StreamServer


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases of a third of a second."""
    monkeypatch.setattr("bot.pipeline.leases.SECONDS", 0.3)


async def test_only_worker_holds_every_partition(redis: Redis) -> None:
    leases = await leased(redis)
    assert sorted(leases.held) == list(range(PARTITIONS))
    assert len(set(leases.held.values())) == PARTITIONS


async def test_two_workers_hold_half_each_and_nothing_twice(redis: Redis) -> None:
    first, second = await leased(redis), Leases(redis)
    assert (await leased(redis)).held == {}
    await second.refresh()
    for _ in range(3):
        await first.refresh()
        await second.refresh()
    assert set(first.held) & set(second.held) == set()


async def test_worker_that_comes_later_gets_its_fair_share(redis: Redis) -> None:
    first, second = await leased(redis), Leases(redis)
    await second.refresh()  # nothing is free yet
    assert second.held == {}
    await first.refresh()
    await second.refresh()
    assert (len(first.held), len(second.held)) == (8, 8)
    assert set(first.held) | set(second.held) == set(range(PARTITIONS))


async def test_partitions_of_a_worker_that_died_are_taken_over(redis: Redis, short: None) -> None:
    dead, other = await leased(redis), Leases(redis)
    await other.refresh()
    assert other.held == {}
    await asyncio.sleep(0.35)
    await other.refresh()
    assert len(other.held) == PARTITIONS
    assert set(dead._held.values()) & set(other.held.values()) == set()


async def test_lease_that_is_renewed_lasts(redis: Redis, short: None) -> None:
    leases = await leased(redis)
    tokens = dict(leases.held)
    for _ in range(4):
        await asyncio.sleep(0.15)
        await leases.refresh()
    assert leases.held == tokens


async def test_lease_that_was_lost_comes_back_with_another_token(redis: Redis) -> None:
    leases = await leased(redis)
    token = leases.held[3]
    await redis.set(lease(3), "another worker", px=100)
    await leases.refresh()
    assert 3 not in leases.held
    await asyncio.sleep(0.15)
    await leases.refresh()
    assert leases.held[3] != token


async def test_held_is_nothing_when_the_leases_could_not_be_renewed_in_time(
    redis: Redis, short: None
) -> None:
    # Somebody else may have them by now.
    leases = await leased(redis)
    assert leases.held
    await asyncio.sleep(0.35)
    assert leases.held == {}


async def test_refresh_without_a_server_fails_soon(tmp_path: Path, short: None) -> None:
    server = StreamServer(tmp_path).start()
    async with connect(server.streams) as client:
        leases = await leased(client)
        server.kill()
        started = time.monotonic()
        with pytest.raises(RedisError):
            await leases.refresh()
        assert time.monotonic() - started < 3
        await asyncio.sleep(0.3)
        assert leases.held == {}


async def test_release_gives_everything_back_at_once(redis: Redis) -> None:
    await (await leased(redis)).release()
    assert await redis.keys("lease:*") == []
    assert len((await leased(redis)).held) == PARTITIONS


async def test_release_leaves_the_leases_of_others(redis: Redis) -> None:
    leases = await leased(redis)
    await redis.set(lease(3), "another worker")
    await leases.release()
    assert await redis.get(lease(3)) == b"another worker"


async def test_lease_under_which_something_is_under_way_is_given_back_after_that(
    redis: Redis, short: None
) -> None:
    first, second = await leased(redis), Leases(redis)
    last, token = PARTITIONS - 1, first.held[PARTITIONS - 1]
    under_way = {token}
    first.wait_for(lambda: under_way)
    for _ in range(3):
        await second.refresh()
        await first.refresh()
        await asyncio.sleep(0.15)
    assert (len(first.held), len(second.held)) == (8, 7)
    assert last not in first.held
    assert first.is_leaving(last, token)
    assert await redis.get(lease(last)) == token.encode()
    under_way.clear()
    await first.refresh()
    await second.refresh()
    assert not first.is_leaving(last, token)
    assert last in second.held


async def test_patience_with_what_is_under_way_ends(
    redis: Redis, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.leases.DRAIN", 0.2)
    first, second = await leased(redis), Leases(redis)
    tokens = set(first.held.values())
    first.wait_for(lambda: tokens)
    await second.refresh()
    await first.refresh()
    await asyncio.sleep(0.25)
    await first.refresh()
    await second.refresh()
    assert (len(first.held), len(second.held)) == (8, 8)


async def test_lease_that_is_being_given_back_comes_back_with_another_token_only(redis: Redis) -> None:
    # Entries under the old one were dropped already, and would never be read again.
    first, second = await leased(redis), Leases(redis)
    old = dict(first.held)
    under_way = set(old.values())
    first.wait_for(lambda: under_way)
    await second.refresh()
    await first.refresh()
    await second.release()
    await first.refresh()
    assert len(first.held) == 8
    under_way.clear()
    await first.refresh()
    assert len(first.held) == PARTITIONS
    assert len(set(first.held.values()) & set(old.values())) == 8


async def test_lease_that_could_not_be_renewed_in_time_does_not_come_back_with_its_token(
    redis: Redis, short: None
) -> None:
    # The server's clock can be a little behind ours. Entries were dropped meanwhile, and never read again.
    leases = await leased(redis)
    old = dict(leases.held)
    await redis.pexpire(lease(3), 500)
    await asyncio.sleep(0.35)
    await leases.refresh()
    assert 3 not in leases.held
    await asyncio.sleep(0.2)
    await leases.refresh()
    assert leases.held[3] != old[3]


async def test_release_gives_back_what_is_being_left_as_well(redis: Redis) -> None:
    first, second = await leased(redis), Leases(redis)
    tokens = set(first.held.values())
    first.wait_for(lambda: tokens)
    await second.refresh()
    await first.refresh()
    await first.release()
    assert await redis.keys("lease:*") == []
