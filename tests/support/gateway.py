"""The public listener in this process, with a record and streams, but without a service behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app.listening import listener
from bot.app.public import public_app
from bot.app.stores import open_stores
from bot.app.streams import Streams
from bot.base.settings import Settings
from bot.base.texts import Texts
from tests.support.small_inbox import until


@asynccontextmanager
async def running_gateway(
    data: Path, streams: Streams, host: str = "127.0.0.1", **changed: Any
) -> AsyncIterator[int]:
    """A public listener with `changed` settings; gives its port."""
    settings = Settings(data=data, _env_file=None, **changed)
    stores = open_stores(settings, streams)
    await stores.storage.migrate()
    app = public_app(settings, stores, Texts(), "http://127.0.0.1:9", "secret of the service")
    server = listener(app, host, 0, trusted_proxies=settings.trusted_proxies)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        stores.listeners.notify_all("stop")
        server.should_exit = True
        await serving
        await stores.close()
