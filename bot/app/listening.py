"""Listeners of the processes, and how they log."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.loops.auto import auto_loop_factory

from bot.base.quiet_errors import quiet_loop, quiet_process
from bot.base.quiet_log import QuietFormatter

_GRACE = 3  # seconds for open requests when stopping


class Listener(uvicorn.Server):
    """A server that leaves signals to `serve`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener(
    app: FastAPI, host: str, port: int, *, trusted_proxies: str = "", most_connections: int | None = None
) -> Listener:
    """A listener without access log: addresses of people do not belong into a log.

    `trusted_proxies` are addresses and networks, split by commas, whose X-Forwarded headers are believed."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_GRACE,
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
        limit_concurrency=most_connections,
        ws="none",  # we have none, and the library would log addresses
    )
    return Listener(config)


async def serve(server: Listener, on_stop: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; `on_stop` is called first."""

    def stop() -> None:
        on_stop()
        server.should_exit = True

    quiet_loop(asyncio.get_running_loop())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await server.serve()


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process to its end, on the fastest event loop that is installed."""
    log_quietly()
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(main)


def log_quietly() -> None:
    """Log to the standard error, without what people write and without addresses of requests."""
    logging.basicConfig(level=logging.INFO)
    logging.getLogger().handlers[0].setFormatter(QuietFormatter())
    for name in ("httpx", "httpcore", "rasa_sdk", "alembic", "sentence_transformers", "pywa"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)  # at lower levels it logs updates
    # At lower levels it writes a line for each request that is none, as many as anybody likes.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    quiet_process()
