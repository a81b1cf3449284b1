"""The gateway process: what the internet reaches. Accepts messages, also while the service is away."""

import os
from collections.abc import Coroutine, Sequence
from typing import Any

from fastapi import FastAPI

from bot.app.channels import telegram_channel, whatsapp_channel
from bot.app.listening import listener, run, serve
from bot.app.loops import end_loops, start_loop
from bot.app.open_files import allow_connections
from bot.app.public import public_app
from bot.app.stores import Stores, open_stores
from bot.app.streams import streams_from_environment
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.inbound import Event
from channels.telegram.channel import Accept, TelegramChannel
from channels.telegram.commands import describe_bot
from channels.telegram.polling import Polling
from channels.telegram.routes import set_webhook, telegram_routes, webhook_secret
from channels.whatsapp.routes import whatsapp_routes

Task = Coroutine[Any, Any, None]


async def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings, texts = Settings(), Texts()
    stores = open_stores(settings, streams_from_environment())

    async def accept(events: Sequence[Event]) -> None:
        await stores.inbox.accept(events)

    app = public_app(settings, stores, texts, os.environ["MERHABA_SERVICE_URL"], os.environ["MERHABA_SECRET"])
    tasks: list[Task] = [stores.notices.run()]
    telegram = telegram_channel(settings, stores.identity, texts)
    if telegram:
        secret = webhook_secret(
            settings.telegram_token.get_secret_value(), settings.telegram_secret.get_secret_value()
        )
        app.include_router(telegram_routes(telegram, accept, secret))
        tasks += _telegram(telegram, settings, texts, accept, secret)
    whatsapp = whatsapp_channel(settings, stores.identity)
    if whatsapp:
        app.include_router(whatsapp_routes(whatsapp, settings, accept))
    await _run(app, settings, stores, tasks)


def _telegram(
    telegram: TelegramChannel, settings: Settings, texts: Texts, accept: Accept, secret: str
) -> list[Task]:
    incoming = (
        set_webhook(telegram, settings.public_url, secret)
        if settings.public_url
        else Polling(telegram, accept).run()
    )
    return [incoming, describe_bot(telegram.api, texts)]


async def _run(app: FastAPI, settings: Settings, stores: Stores, tasks: Sequence[Task]) -> None:
    running = [start_loop(task) for task in tasks]

    def close_pages() -> None:
        stores.listeners.notify_all("stop")

    try:
        server = listener(
            app,
            settings.host,
            settings.port,
            trusted_proxies=settings.trusted_proxies,
            most_connections=allow_connections(),
        )
        await serve(server, close_pages)
    finally:
        await end_loops(running)
        await stores.close()


if __name__ == "__main__":
    run(main())
