"""Reading the body of a request: limited in bytes, in seconds, and in bytes of all requests together."""

import asyncio

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

SECONDS = 10.0  # in which a whole body must have come
AT_ONCE = 64 * 1024 * 1024  # bytes of unfinished bodies that the process holds
_RETRY_AFTER = "5"  # seconds
_DIGITS = 9  # of a declared length; Python refuses to read thousands of them


class Bodies:
    """Reads bodies, and knows how many bytes of unfinished ones are held."""

    def __init__(self, seconds: float = SECONDS, at_once: int = AT_ONCE) -> None:
        self._seconds, self._at_once = seconds, at_once
        self.held = 0  # bytes

    async def read(self, request: Request, limit: int) -> bytes:
        """The whole body, at most `limit` bytes.

        Raises HTTPException 413 (too large), 408 (too slow), 503 (too many at once) or 400 (broken off)."""
        self._check(_declared(request), limit)
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                await self._collect(request, limit, body)
        except TimeoutError:
            raise _too_slow(self._seconds) from None
        except ClientDisconnect:
            raise HTTPException(400, "expected the whole body; the connection ended before") from None
        finally:
            self.held -= len(body)
        return bytes(body)

    async def _collect(self, request: Request, limit: int, body: bytearray) -> None:
        async for chunk in request.stream():
            self._check(len(body) + len(chunk), limit, len(body))
            self.held += len(chunk)
            body += chunk

    def _check(self, size: int, limit: int, counted: int = 0) -> None:
        """Whether a body of `size` bytes may be read, of which `counted` are held already."""
        if size > limit:
            raise HTTPException(413, f"expected at most {limit} bytes")
        if self.held + size - counted > self._at_once:
            raise HTTPException(
                503, "too many large requests at once; send it again", headers={"Retry-After": _RETRY_AFTER}
            )


def _declared(request: Request) -> int:
    """The length that the request announces, in bytes; 0 where it announces none."""
    length = request.headers.get("Content-Length", "")
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length[: _DIGITS + 1])  # longer ones are too large in any case


def _too_slow(seconds: float) -> HTTPException:
    # Closed, or else the caller could go on sending and hold the connection.
    return HTTPException(
        408, f"expected the whole body within {seconds:g} seconds", headers={"Connection": "close"}
    )


read_body = Bodies().read  # for all channels of the process together
