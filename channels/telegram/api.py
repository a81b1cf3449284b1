"""Telegram's bot API, quiet in the log."""

import logging
from typing import cast

from telegram import Bot
from telegram.request import HTTPXRequest

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_CONNECT = 5.0  # seconds
_CONNECTIONS = 64  # requests at the same time; more wait up to _CONNECT seconds


def quiet() -> None:
    """Keep the token and what people write out of the log.

    The token is a part of every address, which httpx logs. The library logs each request and answer with
    its content, at error level an answer that is no JSON, at critical level an update it cannot read."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)


class TelegramApi(Bot):
    """The library's client. Its text form holds the token: never log or print it."""

    def __init__(self, token: str, url: str, timeout: float) -> None:
        """`url` is the address without /bot and token; `timeout` is how many seconds an answer may take."""
        quiet()
        super().__init__(
            token.strip(),
            base_url=f"{url.rstrip('/')}/bot",
            request=_client(_CONNECTIONS, timeout),
            get_updates_request=_client(1, timeout),
        )

    async def updates(self, offset: int | None, wait: int) -> list[object]:
        """Updates from number `offset` on as decoded JSON, after at most `wait` seconds.

        Telegram forgets those before `offset`. The library's own get_updates would lose a whole batch when
        one update in it cannot be read. Raises TelegramError."""
        asked = {"offset": offset, "timeout": wait, "allowed_updates": ALLOWED_UPDATES}
        patience = wait + (self.request.read_timeout or 0.0)
        return cast("list[object]", await self._post("getUpdates", asked, read_timeout=patience))

    async def close_connections(self) -> None:
        """Let go of all connections."""
        for client in self._request:
            await client.shutdown()


def _client(connections: int, timeout: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=timeout,
        write_timeout=timeout,
        connect_timeout=_CONNECT,
        pool_timeout=_CONNECT,
    )
