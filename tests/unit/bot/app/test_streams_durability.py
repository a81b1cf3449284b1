"""A server of one's own that could lose what was accepted is named in the log: on real servers."""

import logging

import pytest

from bot.app.streams import connect, warn_unless_durable
from tests.support.valkey import StreamServer

LOST = "accepted messages can be lost"


async def _warnings(server: StreamServer, caplog: pytest.LogCaptureFixture, **settings: str) -> str:
    async with connect(server.streams) as client:
        former = {name: (await client.config_get(name))[name] for name in settings}
        try:
            for name, value in settings.items():
                await client.config_set(name, value)
            with caplog.at_level(logging.WARNING):
                await warn_unless_durable(client)
        finally:
            for name, value in former.items():
                await client.config_set(name, value)
    return caplog.text


async def test_server_that_writes_each_command_to_disk_is_silent(
    server: StreamServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert await _warnings(server, caplog, appendonly="yes", appendfsync="always") == ""


async def test_server_that_writes_each_second_is_named(
    server: StreamServer, caplog: pytest.LogCaptureFixture
) -> None:
    logged = await _warnings(server, caplog, appendonly="yes", appendfsync="everysec")
    assert LOST in logged
    assert "everysec" in logged


async def test_server_without_append_only_file_is_named(
    server: StreamServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert LOST in await _warnings(server, caplog, appendonly="no", appendfsync="always")
