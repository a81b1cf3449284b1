"""Rasa that breaks in every way: one kind of failure, and an apology for the person."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from bot.app.running import free_port
from bot.base.reply import Decision
from bot.pipeline.rasa_client import RasaClient, RasaFailure

PATIENCE = 1.0  # seconds that the client waits in these tests
DECISION = Decision(decision="smalltalk", language="en").model_dump(mode="json")
GOOD = [{"text": "Hello"}, {"custom": DECISION}]
BODIES: dict[str, bytes] = {
    "nothing": b"[]",
    "garbage": b"\xff\xfe<html>",
    "an object": b"{}",
    "no decision": json.dumps(GOOD[:1]).encode(),
    "no text": json.dumps(GOOD[1:]).encode(),
    "two decisions": json.dumps([*GOOD, GOOD[1]]).encode(),
    "a wrong decision": json.dumps([GOOD[0], {"custom": {"decision": "dance"}}]).encode(),
    "wrong buttons": json.dumps([{"text": "x", "buttons": [{"title": 1}]}, GOOD[1]]).encode(),
}


@contextmanager
def _server(behave: "type[BaseHTTPRequestHandler]") -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), behave)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _behaviour(status: int = 200, body: bytes = b"[]", length: int | None = None, drip: bool = False):  # type: ignore[no-untyped-def]
    class Behaviour(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            for byte in body if drip else ():
                time.sleep(0.2)
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            self.wfile.write(b"" if drip else body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Behaviour


async def _failure(url: str) -> str:
    client = RasaClient(url, PATIENCE)
    started = time.monotonic()
    with pytest.raises(RasaFailure) as failed:
        await client.send("c", "zugunruhe", {})
    await client.close()
    assert time.monotonic() - started < PATIENCE + 1
    assert failed.value.__cause__ is None
    return str(failed.value)


async def test_good_answer_is_one_reply() -> None:
    with _server(_behaviour(body=json.dumps(GOOD).encode())) as url:
        client = RasaClient(url, PATIENCE)
        assert (await client.send("c", "hi", {})).text == "Hello"
        await client.close()


@pytest.mark.parametrize("name", BODIES)
async def test_useless_answer_is_a_failure_without_typed_words(name: str) -> None:
    with _server(_behaviour(body=BODIES[name])) as url:
        assert "zugunruhe" not in await _failure(url)


async def test_error_500_with_a_good_body_is_a_failure() -> None:
    with _server(_behaviour(status=500, body=json.dumps(GOOD).encode())) as url:
        await _failure(url)


async def test_half_an_answer_is_a_failure() -> None:
    with _server(_behaviour(body=b'[{"text": "Hel', length=200)) as url:
        await _failure(url)


async def test_server_that_hangs_is_a_failure_in_time() -> None:
    released = Event()

    class Hanging(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            released.wait(10)

    with _server(Hanging) as url:
        await _failure(url)
        released.set()


async def test_server_that_sends_byte_by_byte_is_a_failure_in_time() -> None:
    # A time-out for each read never ends as long as something comes.
    with _server(_behaviour(body=json.dumps(GOOD).encode(), drip=True)) as url:
        await _failure(url)


async def test_no_server_is_a_failure() -> None:
    await _failure(f"http://127.0.0.1:{free_port()}")
