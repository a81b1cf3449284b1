"""The service in this process, with all its parts but Rasa and the platforms."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.knowledge import Knowledge
from bot.app.service import Service, build_service
from bot.app.stores import open_stores
from bot.app.streams import Streams
from bot.base.settings import Settings
from bot.pipeline.channel import Channel


@asynccontextmanager
async def running_service(
    knowledge: Knowledge, data: Path, streams: Streams, rasa_url: str, channels: Mapping[str, Channel]
) -> AsyncIterator[Service]:
    """A service that works through the streams for the length of the block."""
    settings = Settings(data=data, _env_file=None)  # type: ignore[call-arg]
    service = await build_service(settings, knowledge, open_stores(settings, streams), rasa_url, channels)
    service.working.start()
    try:
        yield service
    finally:
        await service.close()
