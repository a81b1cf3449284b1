"""Limits of the web chat by network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import HTTPException
from prometheus_client import REGISTRY

from channels.web.limits import NetworkLimits, network_of
from tests.support.clock import Clock
from tests.support.requests import request_from

CAMP, OTHER = request_from("203.0.113.9"), request_from("203.0.113.10")


@asynccontextmanager
async def stream(limits: NetworkLimits, address: str = "203.0.113.9") -> AsyncIterator[None]:
    async for _ in limits.hold_stream(request_from(address)):
        yield


async def refusal(limits: NetworkLimits) -> HTTPException:
    with pytest.raises(HTTPException) as caught:
        await limits.count_post(CAMP)
    return caught.value


def refused(limit: str) -> float:
    return REGISTRY.get_sample_value("merhaba_web_refused_total", {"limit": limit}) or 0.0


async def test_posts_over_the_limit_wait_for_the_next_minute() -> None:
    clock, before = Clock(), refused("posts")
    limits = NetworkLimits(2, 1, clock=clock)
    for _ in range(2):
        await limits.count_post(CAMP)
    clock.now += 20
    error = await refusal(limits)
    assert error.status_code == 429
    assert "this network" in error.detail
    assert 40 <= int((error.headers or {})["Retry-After"]) < 50
    assert refused("posts") == before + 1
    await limits.count_post(OTHER)
    clock.now += 39.9
    assert int(((await refusal(limits)).headers or {})["Retry-After"]) >= 1
    clock.now += 0.2
    await limits.count_post(CAMP)


async def test_streams_over_the_limit_of_a_network() -> None:
    limits = NetworkLimits(1, 2)
    async with stream(limits), stream(limits), stream(limits, "203.0.113.10"):
        with pytest.raises(HTTPException, match="in this network") as caught:
            async with stream(limits):
                pytest.fail("a third stream")
        assert caught.value.status_code == 429
        assert caught.value.headers == {"Retry-After": "15"}
    async with stream(limits), stream(limits):
        pass


async def test_streams_over_the_limit_in_all() -> None:
    limits = NetworkLimits(1, 2, streams_in_all=3)
    async with stream(limits, "10.0.0.1"), stream(limits, "10.0.0.2"), stream(limits, "10.0.0.3"):
        with pytest.raises(HTTPException, match="too many open pages") as caught:
            async with stream(limits, "10.0.0.4"):
                pytest.fail("a fourth stream")
        assert caught.value.status_code == 503
        assert caught.value.headers == {"Retry-After": "15"}
    async with stream(limits, "10.0.0.4"):
        pass


async def test_stream_that_breaks_is_counted_no_more() -> None:
    limits = NetworkLimits(1, 1)
    held = limits.hold_stream(CAMP)
    await anext(held)
    with pytest.raises(OSError, match="broken"):
        await held.athrow(OSError("broken"))
    async with stream(limits):
        pass


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("fe80::1", "fe80::1%eth0"),
        (None, "unknown"),
        ("", "x" * 5000),
    ],
)
def test_addresses_of_one_network(one: str | None, other: str) -> None:
    assert network_of(request_from(one)) == network_of(request_from(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.9", "203.0.113.10"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("203.0.113.9", "unknown"),
        ("::1", "127.0.0.1"),
    ],
)
def test_addresses_of_two_networks(one: str, other: str) -> None:
    assert network_of(request_from(one)) != network_of(request_from(other))
