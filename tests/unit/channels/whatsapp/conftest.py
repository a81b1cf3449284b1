"""A channel that nothing is sent through."""

from collections.abc import AsyncIterator

import pytest

from bot.base.identity import Identity
from channels.whatsapp.channel import WhatsAppChannel
from tests.support.whatsapp_settings import whatsapp_settings


@pytest.fixture(scope="session")
def identity() -> Identity:
    return Identity(b"secret of this test")


@pytest.fixture
async def channel(identity: Identity) -> AsyncIterator[WhatsAppChannel]:
    made = WhatsAppChannel(whatsapp_settings(), identity)
    yield made
    await made.close()
