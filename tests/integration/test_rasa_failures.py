"""Rasa that breaks in every way: an apology at once, and the answer or a person later."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from bot.app.running import free_port
from bot.app.service import Service
from bot.base.reply import Decision
from bot.base.texts import Texts
from bot.pipeline.rasa_client import RasaClient, RasaFailure
from tests.support.fake_rasa import WAYS, FakeRasa, Way
from tests.support.platform import Platform
from tests.support.talk import Talk

TEXTS = Texts()
PATIENCE = 1.0  # seconds that the client waits in these tests
APOLOGY_WITHIN = 10.0  # seconds; what the product promises
DECISION = Decision(decision="smalltalk", language="en").model_dump(mode="json")
GOOD = [{"text": "Hello"}, {"custom": DECISION}]
BODIES: dict[str, bytes] = {
    "nothing": b"[]",
    "garbage": b"\xff\xfe<html>",
    "an object": b"{}",
    "no decision": json.dumps(GOOD[:1]).encode(),
    "deep garbage": b"[" * 100_000,
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


async def test_after_a_time_out_messages_fail_at_once_until_the_server_is_ready() -> None:
    # Eight people who waited in vain kept all others waiting for the same eight seconds, one after the other.
    released = Event()

    class Hanging(_behaviour(body=json.dumps(GOOD).encode())):  # type: ignore[misc]
        def do_POST(self) -> None:
            released.wait(10)
            super().do_POST()

        def do_GET(self) -> None:
            released.wait(10)
            self.send_response(200)
            self.end_headers()

    with _server(Hanging) as url:
        client = RasaClient(url, PATIENCE)
        with pytest.raises(RasaFailure):
            await client.send("c", "hi", {})
        assert not await client.is_ready()
        started = time.monotonic()
        with pytest.raises(RasaFailure):
            await client.send("c", "hi", {})
        assert time.monotonic() - started < PATIENCE / 2
        released.set()
        assert await client.is_ready()
        assert (await client.send("c", "hi", {})).text == "Hello"
        await client.close()


async def test_server_that_sends_byte_by_byte_is_a_failure_in_time() -> None:
    # A time-out for each read never ends as long as something comes.
    with _server(_behaviour(body=json.dumps(GOOD).encode(), drip=True)) as url:
        await _failure(url)


async def test_no_server_is_a_failure() -> None:
    await _failure(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("way", WAYS)
async def test_failure_costs_an_apology_in_time_and_the_answer_comes_later_once(
    talk: Talk, rasa: FakeRasa, way: Way
) -> None:
    rasa.behave(way)
    started = time.monotonic()
    await talk.write("شكرا كتير على المساعدة")
    assert await talk.hears(1) == [TEXTS.get("ar", "utter_try_again_later")]
    assert talk.platform.taken[0].at - started < APOLOGY_WITHIN
    assert talk.platform.taken[0].titles == (TEXTS.get("ar", "button_human"),)
    rasa.behave("answers")
    assert (await talk.hears(2))[1] == "answer to شكرا كتير على المساعدة"
    await talk.settled()
    assert len(talk.heard()) == 2
    assert [message.sender for message in await talk.stored()] == ["person", "bot", "bot"]
    assert (await talk.tickets(), await talk.service.quarantine.entries()) == ([], [])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between tries of hundredths of a second, and little patience with a Rasa that is away."""
    monkeypatch.setattr("bot.pipeline.worker._PAUSES", (0.01, 0.02, 0.03, 0.04))
    monkeypatch.setattr("bot.app.readiness._PATIENCE", 0.3)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("way", ["refused", "500"])
async def test_five_failures_give_the_message_to_people(talk: Talk, rasa: FakeRasa, way: Way) -> None:
    rasa.behave(way)
    await talk.write("شكرا كتير على المساعدة")
    apology, told = await talk.hears(2)
    await talk.settled()
    assert apology == TEXTS.get("ar", "utter_try_again_later")
    assert told == TEXTS.get("ar", "utter_handed_over")
    assert len(talk.heard()) == 2
    assert await talk.tickets() == [("failure", "ar")]
    assert [entry.conversation_id for entry in await talk.service.quarantine.entries()] == [talk.id]
    assert len(rasa.asked) == (5 if way == "500" else 0)


@pytest.mark.usefixtures("quick")
async def test_message_of_the_quarantine_is_answered_when_it_is_replayed(talk: Talk, rasa: FakeRasa) -> None:
    rasa.behave("500")
    await talk.write("thank you very much")
    await talk.hears(2)
    await talk.settled()
    rasa.behave("answers")
    [entry] = await talk.service.quarantine.entries()
    assert await talk.service.quarantine.replay(entry.id)
    assert (await talk.hears(3))[2] == "answer to thank you very much"
    await talk.settled()
    assert len(talk.heard()) == 3


async def test_emergency_is_answered_at_once_while_an_earlier_message_waits(
    talk: Talk, rasa: FakeRasa
) -> None:
    rasa.behave("refused")
    await talk.write("thank you very much")
    await talk.hears(1)
    started = time.monotonic()
    await talk.write("my husband is beating me")
    assert (await talk.hears(2))[1] == TEXTS.get("en", "utter_emergency_violence")
    assert time.monotonic() - started < 2
    rasa.behave("answers")
    assert (await talk.hears(3))[2] == "answer to thank you very much"
    await talk.settled()
    assert len(talk.heard()) == 3


async def test_many_people_all_hear_in_time_when_rasa_hangs(
    service: Service, platform: Platform, rasa: FakeRasa
) -> None:
    people = [Talk(service, platform) for _ in range(40)]
    rasa.behave("time-out")
    started = time.monotonic()
    for person in people:
        await person.write("thank you very much")
    for person in people:
        assert await person.hears(1) == [TEXTS.get("en", "utter_try_again_later")]
    assert max(taken.at for taken in platform.taken) - started < APOLOGY_WITHIN
    rasa.behave("answers")
    for person in people:
        assert (await person.hears(2))[1] == "answer to thank you very much"
    await people[0].settled()
    assert len(platform.taken) == 80


@pytest.mark.parametrize("code", ["ar", "fa", "tr", "so"])
async def test_apology_is_in_the_language_that_was_just_chosen(talk: Talk, rasa: FakeRasa, code: str) -> None:
    rasa.behave("500")
    await talk.write(language=code)
    assert await talk.hears(1) == [TEXTS.get(code, "utter_try_again_later")]


async def test_apology_to_a_newcomer_is_in_the_language_of_the_device(talk: Talk, rasa: FakeRasa) -> None:
    rasa.behave("500")
    await talk.write(command="start", device_language="fa")
    assert await talk.hears(1) == [TEXTS.get("fa", "utter_try_again_later")]


@pytest.mark.usefixtures("quick")
async def test_message_that_rasa_cannot_answer_holds_no_other_person_up(
    service: Service, platform: Platform, rasa: FakeRasa
) -> None:
    unlucky, other = Talk(service, platform), Talk(service, platform)
    rasa.behave("500")
    await unlucky.write("thank you very much")
    await unlucky.hears(2)
    rasa.behave("answers")
    await unlucky.write("hello again")
    await other.write("hello")
    assert (await unlucky.hears(3))[2] == "answer to hello again"
    assert await other.hears(1) == ["answer to hello"]


async def test_offered_person_is_called_while_rasa_is_away(talk: Talk, rasa: FakeRasa) -> None:
    rasa.behave("refused")
    await talk.write("thank you very much")
    await talk.hears(1)
    await talk.write(command="human")
    assert (await talk.hears(2))[1] == TEXTS.get("en", "utter_ticket_stored")
    assert await talk.tickets() == [("request", "en")]
    rasa.behave("answers")
    assert (await talk.hears(3))[2] == "answer to thank you very much"
    await talk.settled()
    assert len(talk.heard()) == 3
