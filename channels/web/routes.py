"""Routes of the web chat."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from sse_starlette import EventSourceResponse

from bot.base.languages import languages
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.conversation import ConversationService
from channels.web.cookie import give_cookie, require_conversation
from channels.web.events import events
from channels.web.incoming import read_message
from channels.web.rate_limit import RateLimit

STATIC = Path(__file__).parent / "static"
_KEEP_ALIVE = 15  # seconds between empty comments, so that proxies keep the connection

ConversationId = Annotated[str, Depends(require_conversation)]


def web_routes(service: ConversationService, texts: Texts, settings: Settings) -> APIRouter:
    """The page, its texts, its messages and its events."""
    router = APIRouter()
    limit = RateLimit(settings.web_messages_per_minute)
    page_texts = _page_texts(texts, settings.text_limit)

    @router.get("/chat", include_in_schema=False)
    async def page(request: Request) -> Response:
        response = FileResponse(STATIC / "chat.html", headers={"Cache-Control": "no-cache"})
        give_cookie(request, response, secure=settings.cookie_secure)
        return response

    @router.get("/api/chat/texts")
    async def texts_of_page() -> JSONResponse:
        """Languages and the texts of the page in each of them."""
        return JSONResponse(page_texts, headers={"Cache-Control": "max-age=300"})

    @router.post("/api/chat/messages")
    async def receive(request: Request, conversation_id: ConversationId) -> dict[str, str]:
        """Answer one message. 200 means that the reply is stored; the same client_id is answered once."""
        inbound = await read_message(request, conversation_id)
        wait = limit.seconds_to_wait(conversation_id)
        if wait:
            raise HTTPException(429, "too many messages in one minute", headers={"Retry-After": str(wait)})
        await service.handle(inbound)
        return {"status": "answered"}

    @router.get("/api/chat/events")
    async def stream(
        conversation_id: ConversationId, last_event_id: Annotated[str, Header()] = ""
    ) -> EventSourceResponse:
        """Server-sent events: state, message, typing, reset. Resumes after Last-Event-ID."""
        last = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else 0
        source = events(service.conversations, service.listeners, conversation_id, min(last, 2**62))
        return EventSourceResponse(source, ping=_KEEP_ALIVE)

    return router


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
