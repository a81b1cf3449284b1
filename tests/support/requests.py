"""Requests in the form in which the server hands them over."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request


def request_from(client: str | None, headers: Mapping[str, str] | None = None) -> Request:
    """A request whose caller has the address `client`."""
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    caller = None if client is None else (client, 40_000)
    return Request({"type": "http", "method": "GET", "headers": raw, "client": caller})


def request_of(*parts: bytes, declared: bytes | None = None) -> Request:
    """A request whose body comes in `parts`."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    feed = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(feed)

    headers = [] if declared is None else [(b"content-length", declared)]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)
