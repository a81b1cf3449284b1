"""Routes of the web chat."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from redis.exceptions import RedisError
from sse_starlette import EventSourceResponse

from bot.base.identity import Identity
from bot.base.languages import languages
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.conversations import Conversations
from bot.pipeline.inbox import Inbox
from bot.pipeline.listeners import Listeners
from bot.pipeline.messages import Messages
from bot.pipeline.streams import WINDOW
from channels.web.cookie import conversation_of, give_cookie
from channels.web.events import events
from channels.web.incoming import read_message
from channels.web.limits import NetworkLimits

STATIC = Path(__file__).parent / "static"
_KEEP_ALIVE = 15  # seconds between empty comments, so that proxies keep the connection
_LARGEST_NUMBER = 2**31 - 1  # of a message; PostgreSQL takes none above it


def page_routes(texts: Texts, settings: Settings) -> APIRouter:
    """The page and its texts."""
    router = APIRouter()
    page_texts = _page_texts(texts, settings.text_limit)

    @router.get("/chat", include_in_schema=False)
    async def page(request: Request) -> Response:
        response = FileResponse(STATIC / "chat.html", headers={"Cache-Control": "no-cache"})
        give_cookie(request, response, secure=settings.is_https(request.url.scheme))
        return response

    @router.get("/api/chat/texts")
    async def texts_of_page() -> JSONResponse:
        """Languages and the texts of the page in each of them."""
        return JSONResponse(page_texts, headers={"Cache-Control": "max-age=300"})

    return router


def message_routes(
    identity: Identity,
    inbox: Inbox,
    conversations: Conversations,
    messages: Messages,
    listeners: Listeners,
    limits: NetworkLimits,
) -> APIRouter:
    """Messages of a person, and what happens in their conversation."""
    router = APIRouter()

    @router.post("/api/chat/messages", status_code=202, dependencies=[Depends(limits.count_post)])
    async def receive(request: Request) -> dict[str, str]:
        """Accept one message. 202 means that it is on disk; the same client_id is answered once."""
        inbound = await read_message(request, conversation_of(request, identity))
        try:
            outcome = (await inbox.accept([inbound]))[0]
        except RedisError:
            raise HTTPException(503, "the message was not stored; send it again") from None
        if outcome < 0:
            raise HTTPException(429, "too many messages in one minute", headers={"Retry-After": str(WINDOW)})
        return {"status": "accepted"}

    @router.get("/api/chat/events", dependencies=[Depends(limits.hold_stream)])
    async def stream(request: Request, last_event_id: Annotated[str, Header()] = "") -> EventSourceResponse:
        """Server-sent events: state, message, typing, reset. Resumes after Last-Event-ID."""
        id = conversation_of(request, identity)
        source = events(conversations, messages, listeners, id, _number(last_event_id))
        return EventSourceResponse(source, ping=_KEEP_ALIVE)

    return router


def _number(last_event_id: str) -> int:
    """The number of a message; 0 for anything else. Python refuses to read thousands of digits."""
    is_number = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 100
    return min(int(last_event_id), _LARGEST_NUMBER) if is_number else 0


def _page_texts(texts: Texts, limit: int) -> dict[str, object]:
    return {
        "languages": [
            {"code": item.code, "name": item.name, "direction": item.direction}
            for item in languages().values()
        ],
        "texts": {
            code: {name: text for name, text in texts.of(code).items() if _is_for_page(name)}
            for code in languages()
        },
        "limit": limit,
    }


def _is_for_page(name: str) -> bool:
    return name.startswith("web_") or name == "danger_hint"
