"""Who may read the counts."""

from typing import Any

import pytest

from bot.app.health import may_read
from bot.base.settings import Settings
from tests.support.requests import request_from

TOKEN = "töken of metrics"


def may(client: str | None, headers: dict[str, str] | None = None, **changed: Any) -> bool:
    return may_read(request_from(client, headers), Settings(_env_file=None, **changed))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}".encode().decode("latin-1")}


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1"])
def test_counts_for_a_program_of_this_machine(client: str) -> None:
    assert may(client)
    assert may(client, metrics_token=TOKEN)


@pytest.mark.parametrize("client", [None, "", "unknown", "192.0.2.2", "10.0.0.1", "2001:db8::1"])
def test_counts_for_another_machine_need_the_token(client: str | None) -> None:
    assert not may(client)
    assert not may(client, metrics_token=TOKEN)
    assert may(client, bearer(TOKEN), metrics_token=TOKEN)


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"]
)
def test_counts_through_a_proxy_of_this_machine_need_the_token(name: str) -> None:
    for value in ("127.0.0.1", "203.0.113.9", ""):
        assert not may("127.0.0.1", {name: value}, metrics_token=TOKEN)
        assert may("127.0.0.1", {name: value, **bearer(TOKEN)}, metrics_token=TOKEN)


def test_counts_need_the_token_where_there_is_an_address_for_the_internet() -> None:
    # A proxy without headers of its own looks like a program of this machine.
    assert not may("127.0.0.1", public_url="https://merhaba.example")
    assert may("127.0.0.1", bearer(TOKEN), public_url="https://merhaba.example", metrics_token=TOKEN)


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer", "Bearer x", TOKEN, "Basic eDp5", "Bearer ÿ"])
@pytest.mark.parametrize("token", ["", TOKEN])
def test_counts_with_a_wrong_token(token: str, given: str) -> None:
    assert not may("192.0.2.2", {"Authorization": given}, metrics_token=token)
