"""Health for whoever asks, counts for those who look after the server."""

import hmac
from ipaddress import ip_address

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from bot.base.settings import Settings

_OF_PROXIES = ("forwarded", "via", "x-real-ip", "x-forwarded-")  # beginnings of the headers that proxies add


def health_routes(service: httpx.AsyncClient) -> APIRouter:
    """Whether this process runs, and whether everything behind it does."""
    router = APIRouter()

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        """Each dependency by name; 503 when one does not answer."""
        try:
            parts = {"service": True, **(await service.get("/ready")).json()}
        except (httpx.HTTPError, ValueError):
            parts = {"service": False}
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    return router


def metrics_routes(service: httpx.AsyncClient, settings: Settings) -> APIRouter:
    """Counts, for those who may read them. For others the address does not exist."""
    router = APIRouter()

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Counts of this process, and of the service behind it, in the form that Prometheus reads."""
        if not may_read(request, settings):
            raise HTTPException(404)  # as for any address that does not exist
        try:
            of_service = (await service.get("/metrics")).content
        except httpx.HTTPError:
            of_service = b""
        return Response(generate_latest() + of_service, media_type=CONTENT_TYPE_LATEST)

    return router


def may_read(request: Request, settings: Settings) -> bool:
    """Whether the caller knows the token, or is surely a program of this machine.

    A proxy of this machine calls from it, too, and not every proxy says for whom. So where there is an
    address for the internet, and with it a proxy, being on this machine is not enough."""
    token = settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").encode("latin-1")  # bytes read as Latin-1
    if token and hmac.compare_digest(given, f"Bearer {token}".encode()):
        return True
    forwarded = any(name.startswith(_OF_PROXIES) for name in request.headers)
    return _is_this_machine(request) and not forwarded and not settings.public_url


def _is_this_machine(request: Request) -> bool:
    try:
        return ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
