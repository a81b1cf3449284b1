"""The webhook: Meta posts what people write and what became of our messages."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from pywa.utils import webhook_updates_validator

from bot.base.settings import Settings
from bot.pipeline.channel import BadUpdate
from bot.pipeline.inbound import Event
from channels.body import read_body
from channels.whatsapp.channel import WhatsAppChannel
from channels.whatsapp.json_parts import UNREADABLE

Accept = Callable[[Sequence[Event]], Awaitable[None]]  # returns when the events are stored for good

PATH = "/whatsapp/webhook"
BODY_LIMIT = 3 * 1024 * 1024 - 1  # bytes; requests of Meta have at most 3 MB

logger = logging.getLogger(__name__)


def whatsapp_routes(channel: WhatsAppChannel, settings: Settings, accept: Accept) -> APIRouter:
    """The routes that Meta calls. 200 means that the events are stored, or that nobody can read them."""
    router = APIRouter()
    app_secret = settings.whatsapp_app_secret.get_secret_value()
    verify_token = settings.whatsapp_verify_token.get_secret_value()

    @router.get(PATH, include_in_schema=False)
    async def verify(request: Request) -> Response:
        """Meta asks once, when the webhook is set up, whether we expect it."""
        query = request.query_params
        given = query.get("hub.verify_token", "")
        if query.get("hub.mode") != "subscribe" or not _same(given, verify_token):
            raise HTTPException(403, "expected hub.mode=subscribe and the right hub.verify_token")
        return PlainTextResponse(query.get("hub.challenge", ""))

    @router.post(PATH, include_in_schema=False)
    async def receive(request: Request) -> Response:
        body = await read_body(request, BODY_LIMIT)
        _check_signature(request, body, app_secret)
        events = _events(channel, body)
        if events:
            await _store(events, accept)
        return Response()

    return router


def _check_signature(request: Request, body: bytes, app_secret: str) -> None:
    given = request.headers.get("X-Hub-Signature-256", "")
    # The library compares text, which fails for letters outside ASCII.
    is_form = given.isascii() and given.startswith("sha256=")
    if not is_form or not webhook_updates_validator(app_secret, body, given):
        raise HTTPException(403, "expected X-Hub-Signature-256 over the body with the secret of the app")


def _events(channel: WhatsAppChannel, body: bytes) -> Sequence[Event]:
    """Meta repeats for days what is not answered with 200, so what nobody can read gives no events."""
    try:
        return channel.parse(_decoded(body))
    except BadUpdate as error:
        UNREADABLE.labels("request").inc()
        logger.warning("skipped a request of WhatsApp: %s", error)
        return ()


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadUpdate("expected JSON") from None


async def _store(events: Sequence[Event], accept: Accept) -> None:
    try:
        await accept(events)
    except Exception as error:
        logger.error("a request of WhatsApp was not stored (%s); it will come again", type(error).__name__)
        raise HTTPException(503, "not stored, please repeat") from None


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
