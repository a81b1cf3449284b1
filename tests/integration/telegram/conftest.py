"""A Telegram of our own and the channel that talks to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.base.identity import Identity
from bot.base.texts import Texts
from channels.telegram.channel import TelegramChannel
from tests.support.fake_telegram import TOKEN, FakeTelegram
from tests.support.small_inbox import SmallInbox

PATIENCE = 0.5  # seconds that the channel waits for an answer


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """Telegram on a free port. At the end, every request must have had its shape."""
    with FakeTelegram() as fake:
        yield fake
    assert fake.misshapen == []


@pytest.fixture
async def channel(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    """A channel that gives up on an answer after half a second."""
    connected = TelegramChannel(Identity(b"secret"), Texts(), TOKEN, url=telegram.url, timeout=PATIENCE)
    yield connected
    await connected.close()


@pytest.fixture
def inbox() -> SmallInbox:
    """Where the channel's events go."""
    return SmallInbox()
