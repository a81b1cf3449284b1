"""Opening the record: SQLite by default, PostgreSQL by DATABASE_URL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
_TRIES, _PAUSE = 50, 0.1  # of emptying the write-ahead log, in seconds
# Seconds that a PostgreSQL may take to let us in, to run one statement, and until a connection is free.
_CONNECT_WITHIN, _RUN_WITHIN, _FREE_WITHIN = 5.0, 10.0, 10.0


class Storage:
    """Sessions on the record. Writers are serialised on SQLite, which allows one at a time.

    A PostgreSQL that hangs makes every call fail in time, with TimeoutError or an error of SQLAlchemy;
    what was under way may have been stored or not."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(make_url(url), _RUN_WITHIN)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writer = asyncio.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading."""
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end, or rolls back when an exception leaves it."""
        if self._writer is None:
            async with self._sessions.begin() as session:
                yield session
            return
        async with self._writer, self._sessions.begin() as session:
            yield session

    async def migrate(self) -> None:
        """Bring the tables to the newest revision, however long that takes."""
        engine = _engine(self.engine.url, None)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()

    async def erase_traces(self) -> None:
        """Empty the write-ahead log, where deleted rows would stay readable for a while."""
        if self.is_sqlite:
            for _ in range(_TRIES):
                async with self.engine.connect() as connection:
                    busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar()
                if not busy:
                    return
                await asyncio.sleep(_PAUSE)  # somebody is reading at this moment

    async def is_ready(self) -> bool:
        """Whether the record answers."""
        async with self.engine.connect() as connection:
            return (await connection.execute(text("SELECT 1"))).scalar() == 1

    async def close(self) -> None:
        await self.engine.dispose()


def _engine(url: URL, run_within: float | None) -> AsyncEngine:
    # Typed text is a statement parameter, and SQLAlchemy would print it in exception messages.
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        return engine
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # a connection that a restarted server has forgotten is replaced
        pool_timeout=_FREE_WITHIN,
        connect_args={"timeout": _CONNECT_WITHIN, "command_timeout": run_within},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.execute("PRAGMA secure_delete=ON")  # deleted rows are overwritten, not only unlinked
    cursor.close()


def _upgrade(connection: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
