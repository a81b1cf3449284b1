"""The listener that people's browsers and the platforms reach."""

import httpx
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app.health import health_routes, metrics_routes
from bot.app.stores import Stores
from bot.base.settings import Settings
from bot.base.texts import Texts
from channels.web.limits import NetworkLimits
from channels.web.routes import STATIC, message_routes, page_routes

_PATIENCE = 4.0  # seconds that the service may take to say how it is
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_HTTPS_HEADERS = {**_HEADERS, "Strict-Transport-Security": "max-age=31536000"}  # a year


def public_app(settings: Settings, stores: Stores, texts: Texts, service_url: str, secret: str) -> FastAPI:
    """Web chat, health and metrics. No documentation pages: they would load from other hosts."""
    app = FastAPI(title="Merhaba", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/chat/static", StaticFiles(directory=STATIC))
    app.include_router(page_routes(texts, settings))
    app.include_router(_message_routes(settings, stores))
    app.add_middleware(_Headers, settings=settings)
    app.exception_handler(HTTPException)(_as_error)
    app.get("/", include_in_schema=False)(_root)
    service = httpx.AsyncClient(base_url=service_url, headers={"Authorization": secret}, timeout=_PATIENCE)
    app.include_router(health_routes(service))
    app.include_router(metrics_routes(service, settings))
    return app


def _message_routes(settings: Settings, stores: Stores) -> APIRouter:
    return message_routes(
        stores.identity,
        stores.inbox,
        stores.conversations,
        stores.messages,
        stores.listeners,
        NetworkLimits(settings.posts_per_minute_and_address, settings.streams_per_address),
    )


class _Headers:
    """Adds our headers to every answer. Half a millisecond faster than the framework's own way."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = _HTTPS_HEADERS if self._settings.is_https(scope.get("scheme", "")) else _HEADERS

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ours.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_more)


async def _root() -> RedirectResponse:
    return RedirectResponse("/chat")


async def _as_error(_: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
