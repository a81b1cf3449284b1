"""The listener that people's browsers reach."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from bot.app.service import Service
from channels.web.routes import STATIC, web_routes

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def public_app(service: Service) -> FastAPI:
    """Web chat and health. No documentation pages: they would load from other hosts."""
    app = FastAPI(title="Merhaba", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/chat/static", StaticFiles(directory=STATIC))
    app.include_router(web_routes(service.conversation, service.action_services.texts, service.settings))
    app.middleware("http")(_add_headers)
    app.exception_handler(HTTPException)(_as_error)

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/chat")

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        """Each dependency by name; 503 when one does not answer."""
        parts = await service.readiness()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    return app


async def _add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _as_error(_: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
