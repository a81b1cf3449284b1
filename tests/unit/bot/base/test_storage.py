"""A PostgreSQL that hangs, restarts or is slow must not hold the service up."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import make_url, text

from bot.base.storage import Storage

RUN_WITHIN, CONNECT_WITHIN = 1.0, 0.8  # seconds in these tests
CLOSING = 2.0  # seconds that SQLAlchemy gives a connection to say goodbye
SLACK = 1.0  # seconds


@pytest.fixture
async def impatient(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Storage]:
    """A record on PostgreSQL with short limits."""
    monkeypatch.setattr("bot.base.storage._RUN_WITHIN", RUN_WITHIN)
    monkeypatch.setattr("bot.base.storage._CONNECT_WITHIN", CONNECT_WITHIN)
    storage = Storage(postgres_url)
    await storage.migrate()
    yield storage
    await storage.close()


def _server(url: str) -> psutil.Process:
    port = make_url(url).port
    for process in psutil.process_iter(["name"]):
        if process.name() == "postgres" and any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            for connection in process.net_connections("inet")
        ):
            return process
    pytest.skip("needs a PostgreSQL on this machine, to stop it by SIGSTOP")


@contextmanager
def _hanging(url: str) -> Iterator[None]:
    server = _server(url)
    stopped = [server, *server.children()]
    for process in stopped:
        process.suspend()
    try:
        yield
    finally:
        for process in stopped:
            process.resume()


async def _seconds_to_fail(storage: Storage) -> float:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await storage.is_ready()
    return time.monotonic() - started


async def test_server_that_hangs_fails_in_time_and_is_used_again(
    impatient: Storage, postgres_url: str
) -> None:
    assert await impatient.is_ready()
    with _hanging(postgres_url):
        assert await _seconds_to_fail(impatient) < RUN_WITHIN + CLOSING + SLACK  # on its open connection
        assert await _seconds_to_fail(impatient) < CONNECT_WITHIN + SLACK  # on a new one
    assert await impatient.is_ready()


async def test_server_that_hangs_within_a_transaction_fails_in_time(
    impatient: Storage, postgres_url: str
) -> None:
    async def write() -> None:
        async with impatient.write() as session:
            await session.execute(text("select 1"))
            stop.enter_context(_hanging(postgres_url))
            await session.execute(text("select 2"))

    with ExitStack() as stop:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await write()
        assert time.monotonic() - started < RUN_WITHIN + CLOSING + SLACK
    assert await impatient.is_ready()


async def test_connections_that_the_server_has_closed_are_replaced(impatient: Storage) -> None:
    closed = text("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
    # Two connections are open after this.
    await asyncio.gather(_slow_call(impatient), _slow_call(impatient))
    async with impatient.write() as session:
        await session.execute(closed)
    assert await asyncio.gather(impatient.is_ready(), impatient.is_ready()) == [True, True]


async def _slow_call(storage: Storage) -> None:
    async with storage.read() as session:
        await session.execute(text("select pg_sleep(0.2)"))


async def test_migration_may_take_longer_than_a_call(impatient: Storage, postgres_url: str) -> None:
    other = Storage(postgres_url)
    async with other.write() as session:
        await session.execute(text("lock table alembic_version in access exclusive mode"))
        migrating = asyncio.create_task(impatient.migrate())
        with pytest.raises(TimeoutError):
            await _versions(impatient)
        await asyncio.sleep(0.2 * RUN_WITHIN)
        assert not migrating.done()
    await migrating
    await other.close()


async def _versions(storage: Storage) -> None:
    async with storage.read() as session:
        await session.execute(text("select * from alembic_version"))


async def test_sqlite_waits_for_another_writer(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.sqlite'}"
    storage, other = Storage(url), Storage(url)
    await storage.migrate()
    async with other.engine.connect() as connection:
        await connection.execute(text("begin immediate"))
        writing = asyncio.create_task(_write(storage))
        await asyncio.sleep(0.3)
        assert not writing.done()
    await writing
    await storage.close()
    await other.close()


async def _write(storage: Storage) -> None:
    async with storage.write() as session:
        await session.execute(text("delete from ticket"))
