"""Real parts for tests that do not need the whole stack."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app.knowledge import Knowledge, load_knowledge
from bot.app.service import Service
from bot.app.streams import Streams
from bot.base.settings import Settings
from tests.support.fake_rasa import FakeRasa
from tests.support.platform import Platform
from tests.support.service import running_service
from tests.support.talk import Talk
from tests.support.valkey import StreamServer


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[Streams]:
    """An embedded Valkey with its data below tmp_path."""
    server = StreamServer(tmp_path / "streams").start()
    yield server.streams
    server.stop()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """What the service reads from files."""
    return load_knowledge(Settings(), lambda _: None)


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    """A Rasa that repeats what it is told, until it is told to break."""
    with FakeRasa() as fake:
        yield fake


@pytest.fixture
def platform() -> Platform:
    """Telegram in memory."""
    return Platform()


@pytest.fixture
async def service(
    knowledge: Knowledge, tmp_path: Path, streams: Streams, rasa: FakeRasa, platform: Platform
) -> AsyncIterator[Service]:
    """The service of this process, between that Rasa and that platform."""
    channels = {platform.name: platform}
    async with running_service(knowledge, tmp_path / "data", streams, rasa.url, channels) as running:
        yield running


@pytest.fixture
def talk(service: Service, platform: Platform) -> Talk:
    """A person who talks to the service."""
    return Talk(service, platform)
