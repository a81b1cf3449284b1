"""Limits of the public listener, on a real one."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from bot.app.streams import Streams
from tests.support.gateway import running_gateway

HELLO = {"client_id": "1", "text": "hello"}
CAMP, OTHER = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "203.0.113.10"}
SOON = 5.0  # seconds


@pytest.fixture
async def port(tmp_path: Path, streams: Streams) -> AsyncIterator[int]:
    """A listener that takes three posts a minute and two streams of an address."""
    limits = {"posts_per_minute_and_address": 3, "streams_per_address": 2}
    async with running_gateway(tmp_path / "data", streams, **limits) as found:
        yield found


@pytest.fixture
async def visitor(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A person who has opened the chat."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await client.get("/chat")
        yield client


async def post(visitor: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await visitor.post("/api/chat/messages", json=HELLO, headers=headers)


async def test_posts_over_the_limit_of_an_address(visitor: httpx.AsyncClient) -> None:
    assert [(await post(visitor, CAMP)).status_code for _ in range(3)] == [202] * 3
    refused = await post(visitor, CAMP)
    assert refused.status_code == 429
    assert refused.json() == {"error": "too many messages from this network in one minute"}
    assert 1 <= int(refused.headers["Retry-After"]) <= 70
    assert (await post(visitor, OTHER)).status_code == 202


async def test_address_that_a_caller_invents_is_not_believed(visitor: httpx.AsyncClient) -> None:
    # The proxy appends the address it sees; what stands before comes from the caller.
    for number in range(4):
        response = await post(visitor, {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"})
    assert response.status_code == 429


async def test_address_from_a_proxy_that_is_not_trusted(port: int) -> None:
    transport = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", transport=transport) as visitor:
        await visitor.get("/chat")
        headers = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(4)]
        assert [(await post(visitor, each)).status_code for each in headers] == [202, 202, 202, 429]


async def test_neighbours_in_one_ipv6_network_share_a_limit(visitor: httpx.AsyncClient) -> None:
    headers = [{"X-Forwarded-For": f"2001:db8:1:2:{number}::1"} for number in range(4)]
    assert [(await post(visitor, each)).status_code for each in headers] == [202, 202, 202, 429]


async def opened(
    visitor: httpx.AsyncClient, stack: AsyncExitStack, headers: dict[str, str]
) -> httpx.Response:
    request = visitor.stream("GET", "/api/chat/events", headers=headers)
    return await stack.enter_async_context(request)


async def test_streams_over_the_limit_of_an_address(visitor: httpx.AsyncClient) -> None:
    async with AsyncExitStack() as stack:
        first = [await opened(visitor, stack, CAMP) for _ in range(2)]
        assert [response.status_code for response in first] == [200, 200]
        refused = await opened(visitor, stack, CAMP)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "15")
        assert "application/json" in refused.headers["Content-Type"]  # ends the browser's own trying
        assert (await opened(visitor, stack, OTHER)).status_code == 200
    await until_streams_are_free(visitor)


async def until_streams_are_free(visitor: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SOON), AsyncExitStack() as stack:
        for _ in range(2):
            while (await opened(visitor, stack, CAMP)).status_code != 200:  # noqa: ASYNC110  (no event tells it)
                await asyncio.sleep(0.05)


async def test_streams_that_were_broken_off_are_counted_no_more(
    port: int, visitor: httpx.AsyncClient
) -> None:
    head = raw_head("GET /api/chat/events", visitor, **CAMP)
    answers = set()
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        answers.add((await reader.readline())[:12])
        writer.transport.abort()
    assert b"HTTP/1.1 200" in answers
    await until_streams_are_free(visitor)


def raw_head(what: str, visitor: httpx.AsyncClient, **headers: object) -> bytes:
    """The beginning of a request as it goes over the line, with the cookie of `visitor`."""
    given = {"Host": "x", "Cookie": f"merhaba={visitor.cookies['merhaba']}", **headers}
    lines = [f"{what} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_stream_without_a_cookie_is_counted_no_more(port: int, visitor: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as stranger:
        for _ in range(5):
            assert (await stranger.get("/api/chat/events", headers=CAMP)).status_code == 401
    await until_streams_are_free(visitor)


async def test_body_that_comes_slowly_is_refused_after_ten_seconds(
    port: int, visitor: httpx.AsyncClient
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw_head("POST /api/chat/messages", visitor, **{"Content-Length": 90}))
    started = asyncio.get_running_loop().time()
    drip = asyncio.create_task(_drip(writer))
    answer = await asyncio.wait_for(reader.read(), 15)  # to the end of the connection
    drip.cancel()
    writer.close()
    assert 9.5 < asyncio.get_running_loop().time() - started < 12
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert answer.endswith(b'{"error":"expected the whole body within 10 seconds"}')


async def _drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.5)


async def test_nothing_that_callers_do_writes_their_address_into_the_log(
    port: int, visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    for _ in range(5):
        await post(visitor, CAMP)
    for path in ("/chat", "/none", "/metrics", "/api/chat/events/none"):
        assert (await visitor.get(path, headers={**CAMP, **upgrade})).status_code in (200, 404)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"no request at all\r\n\r\n")
    await writer.drain()
    writer.close()
    own = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert [line for line in own if "203.0.113" in line or "127.0.0.1:" in line.replace(f":{port}", "")] == []
