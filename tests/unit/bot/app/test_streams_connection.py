"""A broken connection to the streams, on the event loop that the service runs on.

Regression: uvloop raised RuntimeError there, which ended the loop that reads the inbox, and nobody was
answered any more while the process looked healthy."""

import asyncio

import pytest
import uvloop
from redis.exceptions import ConnectionError

from bot.app.streams import connect
from tests.support.valkey import StreamServer


async def _write_to_broken_connection(server: StreamServer) -> None:
    client = connect(server.streams)
    try:
        connection = await client.connection_pool.get_connection()
        await connection.connect()
        connection._writer.transport.abort()
        await asyncio.sleep(0)
        await connection.send_command("PING")
    finally:
        await client.aclose()


def test_writing_to_broken_connection_is_an_error_of_the_client(server: StreamServer) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, pytest.raises(ConnectionError):
        runner.run(_write_to_broken_connection(server))


def test_client_gets_over_a_broken_connection(server: StreamServer) -> None:
    async def ping() -> bool:
        client = connect(server.streams)
        try:
            await client.ping()
            for connection in client.connection_pool._available_connections:
                connection._writer.transport.abort()
            return bool(await client.ping())
        finally:
            await client.aclose()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(ping())
