"""Meta's endpoint for messages on a free port of this machine, in a thread of its own.

Meta's own description checks the shape of every request where it is at hand (see whatsapp_schema). The next
requests can be told to fail."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar

from aiohttp import web

from tests.support.whatsapp_schema import request_faults, schema_file
from tests.support.whatsapp_updates import PHONE_ID

TOKEN = "EAAJB-a_token_that_nobody_may_read"

_T = TypeVar("_T")

# hang: not done and no answer. lost: done, but the connection breaks before the answer.
# garbage: done, but the answer is a web page. odd: not done, and the error has a strange form.
Trouble = Literal["hang", "lost", "garbage", "odd"]


@dataclass(frozen=True)
class Refusal:
    """An error as Meta reports it. `retry_after` is the header of that name."""

    status: int
    code: int
    subcode: int | None = None
    retry_after: str | None = None
    is_transient: bool | None = None


TOO_FAST = Refusal(429, 130429, retry_after="3")
PAIR_RATE = Refusal(400, 131056)
BAD_TOKEN = Refusal(401, 190)
NO_NUMBER = Refusal(400, 100, subcode=33)
WINDOW_CLOSED = Refusal(400, 131047)
UNDELIVERABLE = Refusal(400, 131026)
BAD_PARAMETER = Refusal(400, 100)
UNAVAILABLE = Refusal(503, 131016)


@dataclass(frozen=True)
class Sent:
    """A message that Meta took. `body` is the whole request."""

    id: str
    to: str
    body: dict[str, Any]
    at: float  # seconds of time.monotonic()

    @property
    def text(self) -> str:
        """The words of a text or of an interactive message; empty for a template."""
        content = self.body[self.body["type"]]
        body = content.get("body", "")
        return str(body["text"] if isinstance(body, dict) else body)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Title and id of reply buttons or of the rows of a list."""
        action = self.body.get("interactive", {}).get("action", {})
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        found = [button["reply"] for button in action.get("buttons", [])] + rows
        return [(item["title"], item["id"]) for item in found]


class FakeWhatsApp:
    """WhatsApp for one phone number. Use it as a context; everything may be called from any thread."""

    def __init__(self, token: str = TOKEN, phone_id: str = PHONE_ID) -> None:
        self.token, self.phone_id = token, phone_id
        self.url = ""
        self.sent: list[Sent] = []
        self.seen: list[dict[str, Any]] = []  # requests that mark a message as read
        self.misshapen: list[str] = []  # what Meta's description says against requests
        self.tries = 0  # requests to send, also those that failed
        self._troubles: deque[Trouble | Refusal] = deque()
        self._courtesy_troubles: deque[Trouble | Refusal] = deque()
        self._judges = schema_file().exists()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="whatsapp", daemon=True)

    def __enter__(self) -> Self:
        if self._judges:
            request_faults({"type": "text"})  # reading the description takes longer than an answer may
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def fail(self, *troubles: Trouble | Refusal) -> None:
        """Answer the next requests to send with these troubles, one for each."""
        self._troubles.extend(troubles)

    def fail_seen(self, *troubles: Trouble | Refusal) -> None:
        """Answer the next requests to mark a message as read with these troubles."""
        self._courtesy_troubles.extend(troubles)

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/v23.0/{phone_id}/messages", self._receive)
        self._stopping = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://127.0.0.1:{1}/v23.0".format(*self._runner.addresses[0])

    async def _stop(self) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        is_message = "status" not in body
        self.tries += is_message
        troubles = self._troubles if is_message else self._courtesy_troubles
        trouble = troubles.popleft() if troubles else None
        if isinstance(trouble, Refusal):
            return _error(trouble)
        if trouble == "odd":
            return web.json_response({"error": ["no", {"code": "x"}]}, status=400)
        if trouble == "hang":
            await self._stopping.wait()
            return web.Response(status=504)
        answer = self._take(request, body)
        if trouble == "garbage":
            return web.Response(text=f"<html>{answer.status}</html>")
        if trouble == "lost":
            assert request.transport is not None
            request.transport.close()
        return answer

    def _take(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _error(BAD_TOKEN)
        if request.match_info["phone_id"] != self.phone_id:
            return _error(NO_NUMBER)
        faults = request_faults(body) if self._judges else []
        self.misshapen += faults
        if faults:
            return _error(BAD_PARAMETER)
        if "status" in body:
            self.seen.append(body)
            return web.json_response({"success": True})
        sent = Sent(f"wamid.FAKE{len(self.sent)}", body["to"], body, time.monotonic())
        self.sent.append(sent)
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": sent.to, "wa_id": sent.to}],
                "messages": [{"id": sent.id}],
            }
        )


def _error(refusal: Refusal) -> web.Response:
    error = {
        "message": f"(#{refusal.code}) Fixture",
        "type": "OAuthException",
        "code": refusal.code,
        "error_subcode": refusal.subcode,
        "is_transient": refusal.is_transient,
        "error_data": {"messaging_product": "whatsapp", "details": "Fixture"},
        "fbtrace_id": "Az8or2yhqkZfEZ",
    }
    given = {name: value for name, value in error.items() if value is not None}
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after is not None else {}
    return web.json_response({"error": given}, status=refusal.status, headers=headers)
