"""The service process: one public and one internal listener in one event loop."""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from bot.app.internal import internal_app
from bot.app.knowledge import load_knowledge
from bot.app.public import public_app
from bot.app.service import Service, build_service
from bot.app.streams import streams_from_environment
from bot.base.quiet_log import QuietFormatter
from bot.base.settings import Settings
from bot.pipeline.listeners import Listeners

_GRACE = 3  # seconds for open requests when stopping
_DAY = 24 * 3600.0  # seconds


class Listener(uvicorn.Server):
    """A server that leaves signals to `main`, which stops both listeners."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener(app: FastAPI, host: str, port: int) -> Listener:
    """A listener without access log: addresses of people do not belong into a log."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_GRACE,
        server_header=False,
    )
    return Listener(config)


async def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = Settings()
    knowledge = load_knowledge(settings, lambda text: print(text, flush=True))
    service = await build_service(
        settings, knowledge, streams_from_environment(), os.environ["MERHABA_RASA_URL"]
    )
    await service.forgetting.finish_requested()
    purging = asyncio.create_task(_purge_daily(service))
    internal = internal_app(service, os.environ["MERHABA_SECRET"])
    listeners = [listener(internal, "127.0.0.1", int(os.environ["MERHABA_INTERNAL_PORT"]))]
    if os.environ.get("MERHABA_PUBLIC"):
        listeners.append(listener(public_app(service), settings.host, settings.port))
    _stop_on_signal(listeners, service.conversation.listeners)
    try:
        await asyncio.gather(*(one.serve() for one in listeners))
    finally:
        purging.cancel()
        await service.close()


async def _purge_daily(service: Service) -> None:
    while True:
        await service.forgetting.purge_idle(service.settings.idle_days)
        await asyncio.sleep(_DAY)


def _stop_on_signal(listeners: list[Listener], pages: Listeners) -> None:
    def stop() -> None:
        pages.stop()
        for one in listeners:
            one.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger().handlers[0].setFormatter(QuietFormatter())
    # These libraries log addresses of requests; what they log is not needed.
    for name in ("httpx", "httpcore", "rasa_sdk", "alembic", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)
    asyncio.run(main())
