"""Records for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.base.storage import Storage

# A module whose tests use the fixture `storage` runs on both kinds of record: pytestmark = BOTH
BOTH = pytest.mark.parametrize("storage", ["sqlite", "postgres"], indirect=True)


@asynccontextmanager
async def empty_postgres(url: str) -> AsyncIterator[Storage]:
    """The record at `url`, without any table."""
    storage = Storage(url)
    async with storage.engine.begin() as connection:
        await connection.execute(text("drop schema public cascade"))
        await connection.execute(text("create schema public"))
    yield storage
    await storage.close()
