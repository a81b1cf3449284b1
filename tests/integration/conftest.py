"""Real parts for tests that do not need the whole stack."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app.child import Child
from bot.app.running import free_port
from bot.app.streams import Streams, embedded_command
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """A fresh record on disk, brought to its newest form."""
    fresh = Storage(f"sqlite+aiosqlite:///{tmp_path / 'record.sqlite'}")
    await fresh.migrate()
    yield fresh
    await fresh.close()


@pytest.fixture
def conversations(storage: Storage) -> Conversations:
    """The conversations of the fresh record."""
    return Conversations(storage, button_days=30)


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[Streams]:
    """An embedded Valkey with its data under tmp_path / "streams"."""
    command, address = embedded_command(tmp_path / "streams", free_port())
    child = Child("valkey", command, {}, tmp_path / "valkey.log")
    child.start()
    yield address
    child.stop(5)
