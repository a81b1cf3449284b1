"""What the public listener believes of a proxy, and whom it shows its counts."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.streams import Streams
from tests.support.gateway import running_gateway

TOKEN = "a token of metrics"
HTTPS = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.fixture
def settings() -> dict[str, Any]:
    """What is different from the default settings."""
    return {}


@pytest.fixture
async def port(tmp_path: Path, streams: Streams, settings: dict[str, Any]) -> AsyncIterator[int]:
    async with running_gateway(tmp_path / "data", streams, host="0.0.0.0", **settings) as found:
        yield found


async def get(port: int, path: str, headers: dict[str, str] | None = None, **way: str) -> httpx.Response:
    """Ask on the `way`: the host to connect to, and the source address to connect from."""
    transport = httpx.AsyncHTTPTransport(local_address=way.get("source"))
    async with httpx.AsyncClient(transport=transport) as client:
        url = f"http://{way.get('host', '127.0.0.1')}:{port}{path}"
        return await client.get(url, headers=headers)


def is_secure(response: httpx.Response) -> bool:
    return "secure" in response.headers["Set-Cookie"].lower().split("; ")


def is_strict(response: httpx.Response) -> bool:
    return response.headers.get("Strict-Transport-Security") == "max-age=31536000"


async def test_page_without_encryption(port: int) -> None:
    page = await get(port, "/chat")
    assert (is_secure(page), is_strict(page)) == (False, False)


async def test_page_through_a_trusted_proxy_with_https(port: int) -> None:
    page = await get(port, "/chat", HTTPS)
    assert (is_secure(page), is_strict(page)) == (True, True)
    assert is_strict(await get(port, "/none", HTTPS))


async def test_page_through_a_proxy_that_is_not_trusted(port: int) -> None:
    page = await get(port, "/chat", HTTPS, source="127.0.0.2")
    assert (is_secure(page), is_strict(page)) == (False, False)


@pytest.mark.parametrize("settings", [{"trusted_proxies": "127.0.0.2,10.0.0.0/8"}])
async def test_page_through_the_proxies_that_are_set(port: int) -> None:
    assert is_secure(await get(port, "/chat", HTTPS, source="127.0.0.2"))
    assert not is_secure(await get(port, "/chat", HTTPS))


@pytest.mark.parametrize("settings", [{"trusted_proxies": ""}])
async def test_page_where_no_proxy_is_trusted(port: int) -> None:
    assert not is_secure(await get(port, "/chat", HTTPS))


@pytest.mark.parametrize("settings", [{"public_url": "https://merhaba.example"}])
async def test_page_under_a_public_address_with_https(port: int) -> None:
    page = await get(port, "/chat")
    assert (is_secure(page), is_strict(page)) == (True, True)


async def test_counts_for_a_program_of_this_machine(port: int) -> None:
    response = await get(port, "/metrics")
    assert response.status_code == 200
    assert "merhaba_web_refused_total" in response.text


@pytest.mark.parametrize("headers", [HTTPS, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 proxy"}])
async def test_counts_through_a_proxy_are_not_there(port: int, headers: dict[str, str]) -> None:
    response, unknown = await get(port, "/metrics", headers), await get(port, "/none", headers)
    assert response.status_code == 404
    assert (response.content, response.headers.keys()) == (unknown.content, unknown.headers.keys())


async def test_counts_for_a_caller_who_claims_to_be_of_this_machine(port: int) -> None:
    headers = {"X-Forwarded-For": "127.0.0.1"}
    assert (await get(port, "/metrics", headers, host=own_address())).status_code == 404


async def test_counts_for_another_machine_are_not_there(port: int) -> None:
    assert (await get(port, "/metrics", host=own_address())).status_code == 404


@pytest.mark.parametrize("settings", [{"metrics_token": TOKEN, "public_url": "https://merhaba.example"}])
async def test_counts_with_the_token(port: int) -> None:
    right, wrong = ({"Authorization": f"Bearer {token}"} for token in (TOKEN, TOKEN + "x"))
    assert (await get(port, "/metrics", {**HTTPS, **right})).status_code == 200
    for headers in ({}, wrong, HTTPS, {**HTTPS, **wrong}):
        assert (await get(port, "/metrics", headers)).status_code == 404


def own_address() -> str:
    """An address of this machine that is not 127.0.0.1; calls to it come from it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("needs a network besides the loopback")
        return str(probe.getsockname()[0])
