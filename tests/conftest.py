"""The real thing, started once for all tests that need it, and real parts of it for tests that need less."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from redis.asyncio import Redis

from bot.app.streams import connect
from bot.base.conversation_keys import ConversationKeys
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.deliveries import Deliveries
from bot.pipeline.messages import Messages
from tests.support import postgres, valkey
from tests.support.person import Person
from tests.support.record import empty_postgres
from tests.support.stack import Stack, start_stack, stop_stack
from tests.support.valkey import StreamServer

TESTS = Path(__file__).parent

_TELLING = 12  # characters; shorter messages can stand in a log by chance


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`merhaba run` on a data directory of its own. At the end no log may hold what was typed."""
    running = start_stack(tmp_path_factory.mktemp("stack") / "data")
    Person(running).say("Hello, good morning")  # the first message on a machine loads more
    try:
        yield running
    finally:
        stop_stack(running)
    logs = running.logs()
    assert [text for text in running.typed if len(text) >= _TELLING and text in logs] == []


@pytest.fixture
def person(stack: Stack) -> Person:
    """A person who has just opened the web chat."""
    return Person(stack)


@pytest.fixture(scope="session", params=["valkey", "redis"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StreamServer]:
    """A server of streams: the embedded Valkey, and Debian's Redis where it is installed."""
    if reason := valkey.missing(request.param):
        pytest.skip(reason)
    running = StreamServer(tmp_path_factory.mktemp(request.param), request.param).start()
    yield running
    running.stop()


@pytest.fixture
async def redis(server: StreamServer) -> AsyncIterator[Redis]:
    """A client of the empty server."""
    client = connect(server.streams)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL database that tests may empty."""
    if reason := postgres.missing():
        pytest.skip(reason)
    with postgres.postgres() as url:
        yield url


@pytest.fixture
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """A fresh record in its newest form: SQLite, or what tests/support/record.py's BOTH asks for."""
    if getattr(request, "param", "sqlite") == "postgres":
        async with empty_postgres(request.getfixturevalue("postgres_url")) as fresh:
            await fresh.migrate()
            yield fresh
        return
    fresh = Storage(f"sqlite+aiosqlite:///{tmp_path / 'record.sqlite'}")
    await fresh.migrate()
    yield fresh
    await fresh.close()


@pytest.fixture
def keys(tmp_path: Path) -> ConversationKeys:
    """Keys of conversations in an empty directory."""
    wrapping = MultiFernet([Fernet(Fernet.generate_key())])
    return ConversationKeys(tmp_path / "keys", lambda: wrapping)


@pytest.fixture
def conversations(storage: Storage, keys: ConversationKeys) -> Conversations:
    """The conversations of the fresh record."""
    return Conversations(storage, keys)


@pytest.fixture
def messages(storage: Storage, keys: ConversationKeys) -> Messages:
    """The messages of the fresh record."""
    return Messages(storage, keys, button_days=30)


@pytest.fixture
def deliveries(storage: Storage) -> Deliveries:
    """The deliveries of the fresh record."""
    return Deliveries(storage)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first; browser tests last, because Playwright keeps an event loop running to the end."""
    order = ["unit", "integration", "e2e"]
    items.sort(key=lambda item: order.index(item.path.relative_to(TESTS).parts[0]))
