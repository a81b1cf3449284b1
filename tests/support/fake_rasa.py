"""A Rasa that answers, or breaks in every way."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Literal, Self

from bot.base.reply import Decision

# Ways to break, beside "answers".
Way = Literal["answers", "refused", "time-out", "500", "empty list", "half a reply", "garbage", "cut off"]
WAYS: tuple[Way, ...] = ("refused", "time-out", "500", "empty list", "half a reply", "garbage", "cut off")
_HANG = 30.0  # seconds at most


class FakeRasa:
    """Rasa's REST channel and readiness on a port of its own: repeats what it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []  # sender and message of every request
        self._way: Way = "answers"
        self._released = Event()
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._close()

    def behave(self, way: Way) -> None:
        """Do this from now on; requests that hang are let go."""
        self._released.set()
        self._released, self._way = Event(), way
        if way == "refused":
            self._close()
        elif self._server is None:
            self._listen()

    def _listen(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), self._handler())
        self._port = self._server.server_port
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _close(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        rasa = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if rasa._way == "time-out":
                    rasa._released.wait(_HANG)
                _send(self, 200, b"{}")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                rasa.asked.append((body["sender"], body["message"]))
                way = rasa._way
                if way == "time-out":
                    rasa._released.wait(_HANG)
                    return
                _BREAKS.get(way, _answer)(self, body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, length: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def _reply(body: dict[str, Any]) -> list[dict[str, Any]]:
    decision = Decision(decision="smalltalk", language=body["metadata"]["language"])
    return [{"text": f"answer to {body['message']}"}, {"custom": decision.model_dump(mode="json")}]


def _answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    _send(handler, 200, json.dumps(_reply(body)).encode())


def _cut_off(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    whole = json.dumps(_reply(body)).encode()
    _send(handler, 200, whole[:20], len(whole))
    time.sleep(0.05)


_BREAKS = {
    "500": lambda handler, body: _send(handler, 500, json.dumps(_reply(body)).encode()),
    "empty list": lambda handler, body: _send(handler, 200, b"[]"),
    # The text without the decision, as when an action fails half-way.
    "half a reply": lambda handler, body: _send(handler, 200, json.dumps(_reply(body)[:1]).encode()),
    "garbage": lambda handler, body: _send(handler, 200, b"\xff\xfe<html>"),
    "cut off": _cut_off,
}
