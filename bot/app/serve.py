"""The service process: works through the streams, and answers Rasa and the command line."""

import asyncio
import logging
import os
from collections.abc import Collection

from bot.app.channels import configured_channels
from bot.app.internal import internal_app
from bot.app.knowledge import load_knowledge
from bot.app.listening import listener, run, serve
from bot.app.loops import end_loops, start_loop
from bot.app.service import Service, build_service
from bot.app.stores import open_stores
from bot.app.streams import streams_from_environment, warn_unless_durable
from bot.base.settings import Settings

logger = logging.getLogger(__name__)
_DAY = 24 * 3600.0  # seconds
_LOOK_EVERY = 20.0  # seconds; a deletion that was interrupted is finished at the second look at it


async def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = Settings()
    stores = open_stores(settings, streams_from_environment())
    await warn_unless_durable(stores.redis)
    knowledge = load_knowledge(settings, lambda text: print(text, flush=True))
    channels = configured_channels(settings, stores.identity, knowledge.texts)
    service = await build_service(settings, knowledge, stores, os.environ["MERHABA_RASA_URL"], channels)
    upkeep = [start_loop(_purge_daily(service)), start_loop(_finish_forgetting(service))]
    service.working.start()
    app = internal_app(service, os.environ["MERHABA_SECRET"])
    try:
        server = listener(app, "127.0.0.1", int(os.environ["MERHABA_INTERNAL_PORT"]))
        await serve(server, service.working.stop)
    finally:
        await end_loops(upkeep)
        await service.close()


async def _purge_daily(service: Service) -> None:
    settings = service.settings
    while True:
        try:
            await service.stores.messages.delete_older(settings.transcript_days)
            await service.forgetting.purge(settings.transcript_days, settings.quarantine_days)
        except Exception as error:  # tried again the next day; what was deleted stays deleted
            logger.error("old messages not deleted: %s", type(error).__name__)
        await asyncio.sleep(_DAY)


async def _finish_forgetting(service: Service) -> None:
    asked: Collection[str] = ()
    while True:
        try:
            asked = await service.forgetting.finish(asked)
        except Exception as error:  # tried again at the next look
            logger.error("deletions not finished: %s", type(error).__name__)
        await asyncio.sleep(_LOOK_EVERY)


if __name__ == "__main__":
    run(main())
