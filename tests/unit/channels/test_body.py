"""Reading bodies within their limits."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import HTTPException, Request
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.body import AT_ONCE, Bodies, read_body
from channels.telegram.routes import BODY_LIMIT as OF_TELEGRAM
from channels.web.incoming import BODY_LIMIT as OF_WEB
from channels.whatsapp.routes import BODY_LIMIT as OF_WHATSAPP
from tests.support.requests import request_of


def endless(*parts: bytes) -> Request:
    """A request that says nothing more after `parts`, and does not end."""

    async def messages() -> AsyncIterator[dict[str, Any]]:
        for part in parts:
            yield {"type": "http.request", "body": part, "more_body": True}
        await asyncio.Event().wait()

    return Request({"type": "http", "method": "POST", "headers": []}, messages().__anext__)


async def refusal(bodies: Bodies, request: Request, limit: int = 10) -> HTTPException:
    with pytest.raises(HTTPException) as caught:
        await bodies.read(request, limit)
    return caught.value


async def test_read_body_in_parts() -> None:
    assert await read_body(request_of(b"12345", b"", b"67890"), 10) == b"1234567890"
    assert await read_body(request_of(), 10) == b""


async def test_read_body_that_is_too_large() -> None:
    bodies = Bodies()
    error = await refusal(bodies, request_of(b"12345", b"678901"))
    assert (error.status_code, error.detail) == (413, "expected at most 10 bytes")
    assert bodies.held == 0


@pytest.mark.parametrize("declared", ["11", "9" * 10, "9" * 5000], ids=len)
async def test_read_body_that_declares_too_much_is_not_begun(declared: str) -> None:
    async def never() -> dict[str, Any]:
        pytest.fail("the body was read")

    headers = [(b"content-length", declared.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, never)
    assert (await refusal(Bodies(), request)).status_code == 413


@pytest.mark.parametrize("declared", ["", "-1", "x", "٣", "1e9", "²"])
async def test_read_body_with_a_length_that_is_none(declared: str) -> None:
    assert await read_body(request_of(b"12345", declared=declared.encode()), 10) == b"12345"


async def test_read_body_that_comes_too_slowly_closes_the_connection() -> None:
    bodies = Bodies(seconds=0.05)
    error = await refusal(bodies, endless(b"12", b"34"))
    assert (error.status_code, error.detail) == (408, "expected the whole body within 0.05 seconds")
    assert error.headers == {"Connection": "close"}
    assert bodies.held == 0


async def test_read_body_of_a_caller_who_went_away() -> None:
    bodies = Bodies()
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"12", "more_body": True},
        {"type": "http.disconnect"},
    ]
    feed = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(feed)

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert (await refusal(bodies, request)).status_code == 400
    assert bodies.held == 0


async def test_read_body_while_others_fill_the_memory() -> None:
    bodies = Bodies(seconds=0.2, at_once=20)
    others = [asyncio.create_task(refusal(bodies, endless(b"12345678"))) for _ in range(2)]
    await asyncio.sleep(0.01)
    assert bodies.held == 16
    assert await bodies.read(request_of(b"1234"), 10) == b"1234"
    for request in (request_of(b"12345"), request_of(b"123", b"45"), request_of(declared=b"5")):
        error = await refusal(bodies, request)
        assert (error.status_code, error.headers) == (503, {"Retry-After": "5"})
        assert bodies.held == 16
    assert [error.status_code for error in await asyncio.gather(*others)] == [408, 408]
    assert bodies.held == 0
    assert await bodies.read(request_of(b"12345"), 10) == b"12345"


def test_largest_body_of_every_channel_fits_into_the_memory() -> None:
    assert max(OF_TELEGRAM, OF_WEB, OF_WHATSAPP) * 10 < AT_ONCE


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=6), st.integers(0, 30), st.integers(0, 30))
async def test_read_body_of_anything_lets_go_of_it(parts: list[bytes], limit: int, at_once: int) -> None:
    bodies, whole = Bodies(at_once=at_once), b"".join(parts)
    if len(whole) <= min(limit, at_once):
        assert await bodies.read(request_of(*parts), limit) == whole
    else:
        error = await refusal(bodies, request_of(*parts), limit)
        assert error.status_code in ((413, 503) if len(whole) > at_once else (413,))
    assert bodies.held == 0
