"""A stack of its own, whose parts are killed, and which is stopped in every way.

The tests run in their order on one stack, because each start takes half a minute."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psutil
import pytest

from bot.base.texts import Texts
from tests.support.person import Person
from tests.support.stack import Stack, end_all, poll, start_stack, stop_stack

TEXTS = Texts()
BACK_WITHIN = 90.0  # seconds; the service loads the encoder again
ANSWER_WITHIN = 10.0  # seconds until an answer or an apology
PARTS = {"valkey", "service", "rasa", "gateway"}
HANGS_WITHIN = 60.0  # seconds; it has 30
TOKEN = "TOKEN_OF_SOMETHING_ELSE"
QUESTION = "How do I get a travel permit?"


@dataclass
class Own:
    """The stack that runs now, and a person who has talked to it."""

    stack: Stack
    person: Person


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(TOKEN, "secret")
        running = start_stack(tmp_path_factory.mktemp("own") / "data")
    person = Person(running)
    person.say(QUESTION)
    found = Own(running, person)
    yield found
    if found.stack.process.poll() is None:
        stop_stack(found.stack)


def _health(stack: Stack) -> httpx.Response:
    return httpx.get(stack.public_url + "/health/ready", timeout=ANSWER_WITHIN)


def _is_ready(stack: Stack) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return _health(stack).status_code == 200
    return False


def _answers_again(person: Person, what: str) -> bool:
    poll(lambda: _is_ready(person.stack), BACK_WITHIN, f"ready {what}")
    return person.say(QUESTION).decision == "answer"


def _listening(process: psutil.Process) -> list[tuple[str, int]]:
    found = [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    return [(c.laddr.ip, c.laddr.port) for c in found]


def test_all_parts_run_and_listen_on_loopback_only_on_ports_of_their_own(own: Own) -> None:
    parts = own.stack.children()
    assert parts.keys() == PARTS
    found = [address for part in parts.values() for address in _listening(part)]
    assert {host for host, _ in found} == {"127.0.0.1"}
    assert len({port for _, port in found}) == len(found) == 4


def test_files_with_secrets_are_readable_by_the_owner_only(own: Own) -> None:
    for name in ("running.json", "streams/valkey.conf"):
        assert (own.stack.data / name).stat().st_mode & 0o777 == 0o600, name


def test_secrets_are_in_no_command_line_and_no_log(own: Own) -> None:
    config = (own.stack.data / "streams" / "valkey.conf").read_text(encoding="utf-8")
    password = config.split("requirepass ")[1].split()[0]
    seen = own.stack.logs() + " ".join(str(part.cmdline()) for part in own.stack.children().values())
    assert own.stack.secret not in seen
    assert password not in seen


@pytest.mark.parametrize("name", ["valkey", "rasa", "service", "gateway"])
def test_killed_part_comes_back_and_the_record_is_intact(own: Own, name: str) -> None:
    before = [answer.text for answer in own.person.answers()]
    killed = own.stack.children()[name]
    killed.kill()
    poll(lambda: name in (parts := own.stack.children()) and parts[name] != killed, 30, f"{name} is back")
    assert _answers_again(own.person, f"after {name} was killed")
    assert [answer.text for answer in own.person.answers()][: len(before)] == before
    assert f"{name} had stopped and was started again" in own.stack.output


def test_message_is_accepted_while_the_service_is_dead_and_answered_once_later(own: Own) -> None:
    before = len(own.person.answers())
    own.stack.children()["service"].kill()
    assert own.person.post(text=QUESTION).status_code == 202
    assert len(own.person.answers()) == before
    poll(lambda: len(own.person.answers()) > before, BACK_WITHIN, "the answer after the service was killed")
    assert _answers_again(own.person, "after the service was killed")
    assert [answer.decision for answer in own.person.answers()[before:]] == ["answer"] * 2


def test_rasa_that_hangs_costs_an_apology_and_the_answer_comes_later_once(own: Own) -> None:
    person = Person(own.stack)
    person.choose("ar")
    hanging = own.stack.children()["rasa"]
    hanging.suspend()
    try:
        started = time.monotonic()
        apology = person.say("شكرا كتير")
        assert time.monotonic() - started < ANSWER_WITHIN
        assert apology.text == TEXTS.get("ar", "utter_try_again_later")
        assert TEXTS.get("ar", "button_human") in apology.titles
        started = time.monotonic()
        assert person.say("زوجي عم يضربني").decision == "emergency"
        assert time.monotonic() - started < ANSWER_WITHIN
        assert _health(own.stack).status_code == 503
    finally:
        hanging.resume()
    poll(lambda: len(person.answers()) == 4, BACK_WITHIN, "the answer after Rasa had hung")
    assert person.answers()[3].text == TEXTS.get("ar", "utter_thanks")
    assert _answers_again(person, "after Rasa had hung")
    assert len(person.answers()) == 5


def test_rasa_that_hangs_for_long_is_replaced(own: Own) -> None:
    person = Person(own.stack)
    hanging = own.stack.children()["rasa"]
    hanging.suspend()
    person.post(text=QUESTION)
    poll(lambda: not hanging.is_running(), HANGS_WITHIN, "the end of a Rasa that hangs")
    poll(lambda: "answer" in [said.decision for said in person.answers()], BACK_WITHIN, "the answer after it")
    assert "rasa has answered nothing for too long and is ended" in own.stack.output
    assert "rasa" in own.stack.children()


def test_rasa_and_valkey_know_no_token_of_others(own: Own) -> None:
    parts = own.stack.children()
    assert {name for name, part in parts.items() if TOKEN in part.environ()} == {"service", "gateway"}


def test_streams_that_hang_accept_nothing_and_lose_nothing(own: Own) -> None:
    person = Person(own.stack)
    message = {"client_id": "the-same-each-time", "text": "thank you very much"}
    hanging = own.stack.children()["valkey"]
    hanging.suspend()
    try:
        started = time.monotonic()
        assert person.post(**message).status_code == 503
        assert time.monotonic() - started < ANSWER_WITHIN
        assert _health(own.stack).status_code == 503
    finally:
        hanging.resume()
    poll(
        lambda: person.post(**message).status_code == 202, BACK_WITHIN, "accepted after the streams had hung"
    )
    poll(lambda: bool(person.answers()), BACK_WITHIN, "the answer after the streams had hung")
    assert _answers_again(person, "after the streams had hung")
    assert [answer.decision for answer in person.answers()] == ["smalltalk", "answer"]


def test_killed_supervisor_leaves_no_orphan_and_can_start_again_at_once(own: Own) -> None:
    parts = list(own.stack.children().values())
    before = [answer.text for answer in own.person.answers()]
    os.kill(own.stack.process.pid, signal.SIGKILL)
    own.stack.process.wait()
    _, left = psutil.wait_procs(parts, timeout=5)
    assert end_all(left) == []
    own.stack = start_stack(own.stack.data)
    own.person.http.base_url = httpx.URL(own.stack.public_url)
    assert _answers_again(own.person, "after a new start")
    assert [answer.text for answer in own.person.answers()][: len(before)] == before


def test_ctrl_c_stops_everything_in_time(own: Own) -> None:
    with own.person.events() as events:  # an open page must not hold the stop up
        next(events)
        stop_stack(own.stack, signal.SIGINT)
    assert "Stopping" in own.stack.output
    assert "Traceback" not in own.stack.output
