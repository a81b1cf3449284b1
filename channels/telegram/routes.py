"""The webhook: Telegram posts updates to us."""

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request, Response

from bot.pipeline.inbound import Event
from channels.body import read_body
from channels.telegram.api import ALLOWED_UPDATES
from channels.telegram.channel import Accept, TelegramChannel
from channels.telegram.failures import Sleep, keep_trying

PATH = "/telegram/webhook"
BODY_LIMIT = 1024 * 1024  # bytes; updates have a few thousand
_CONNECTIONS = 40  # that Telegram opens at the same time
_SECRET_FORM = re.compile(r"[\w-]{1,256}", re.ASCII)

_log = logging.getLogger(__name__)


def webhook_secret(token: str, chosen: str = "") -> str:
    """What Telegram must send along: `chosen`, or else made from the token.

    Raises ValueError when Telegram would not take the chosen one."""
    if not chosen:
        return hmac.digest(token.strip().encode(), b"secret of the webhook", hashlib.sha256).hex()
    if not _SECRET_FORM.fullmatch(chosen):
        raise ValueError("expected MERHABA_TELEGRAM_SECRET as 1 to 256 of A-Z, a-z, 0-9, _ and -")
    return chosen


async def set_webhook(
    channel: TelegramChannel, public_url: str, secret: str, sleep: Sleep = asyncio.sleep
) -> None:
    """Tell Telegram where to post updates; tries until Telegram has heard it."""

    async def tell() -> None:
        await channel.api.set_webhook(
            public_url.rstrip("/") + PATH,
            secret_token=secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=_CONNECTIONS,
            drop_pending_updates=False,
        )

    await keep_trying(tell, sleep)


def telegram_routes(channel: TelegramChannel, accept: Accept, secret: str) -> APIRouter:
    """The route that Telegram posts to. 200 means that the update is stored, or that nobody can read it."""
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def receive(request: Request) -> Response:
        _check_secret(request, secret)
        # Telegram repeats what is not answered with 200, so an update that cannot be read gets 200, too.
        events = channel.parse_or_skip(_decoded(await read_body(request, BODY_LIMIT)))
        if events:
            await _store(events, accept)
        return Response()

    return router


async def _store(events: Sequence[Event], accept: Accept) -> None:
    try:
        await accept(events)
    except Exception as error:
        _log.error("an update from Telegram was not stored (%s); it will come again", type(error).__name__)
        raise HTTPException(503, "not stored, please repeat") from None


def _check_secret(request: Request, secret: str) -> None:
    # Header values are bytes read as Latin-1; as text, compare_digest would refuse letters outside ASCII.
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode("latin-1")
    if not hmac.compare_digest(given, secret.encode()):
        raise HTTPException(403, "expected the secret of the webhook")


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # which is no update either
