"""Shortening Rasa's trackers. Only Rasa's own Python can import the store, so it runs in a process of it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.base.paths import PROJECT, RASA_PYTHON

TURNS = 3  # as bot/rasa/tracker_store.py says
# Reads one list of events a line, and writes the shortened list.
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore")
from bot.rasa.tracker_store import TURNS, last_turns
from rasa.shared.core.events import deserialise_events
print(TURNS, flush=True)
for line in sys.stdin:
    events = last_turns(deserialise_events(json.loads(line)))
    print(json.dumps([event.as_dict() for event in events]), flush=True)
"""

Event = dict[str, Any]
Shorten = Callable[[list[Event]], list[Event]]

pytestmark = pytest.mark.skipif(not RASA_PYTHON.exists(), reason="needs Rasa's environment: make setup")


@pytest.fixture(scope="module")
def shorten() -> Iterator[Shorten]:
    process = subprocess.Popen(
        [str(RASA_PYTHON), "-c", PROGRAM],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    stdin, stdout = process.stdin, process.stdout
    assert stdin
    assert stdout
    assert int(stdout.readline()) == TURNS

    def ask(events: list[Event]) -> list[Event]:
        stdin.write(json.dumps(events) + "\n")
        stdin.flush()
        return list(json.loads(stdout.readline()))

    with process:
        yield ask
        stdin.close()


def said(text: str) -> Event:
    return {"event": "user", "text": text, "parse_data": {"intent": {"name": "greet"}, "entities": []}}


def slot(name: str, value: str | None) -> Event:
    return {"event": "slot", "name": name, "value": value}


def form(name: str | None) -> Event:
    return {"event": "active_loop", "name": name}


def action(name: str) -> Event:
    return {"event": "action", "name": name}


def turn(text: str, *events: Event) -> list[Event]:
    return [said(text), *events, action("action_listen")]


def start(*turns: list[Event]) -> list[Event]:
    first = [action("action_session_start"), {"event": "session_started"}, action("action_listen")]
    return [*first, *(event for events in turns for event in events)]


def messages(events: list[Event]) -> list[str]:
    return [event["text"] for event in events if event["event"] == "user"]


def slots(events: list[Event]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def active(events: list[Event]) -> str | None:
    forms = [event["name"] for event in events if event["event"] == "active_loop"]
    return forms[-1] if forms else None


def test_last_turns_of_a_short_conversation_are_all_of_it(shorten: Shorten) -> None:
    for count in range(TURNS + 1):
        events = start(*(turn(f"m{n}", slot("pending", "human")) for n in range(count)))
        short = shorten(events)
        assert len(short) == len(events)
        assert messages(short) == [f"m{n}" for n in range(count)]


def test_last_turns_drop_the_older_messages(shorten: Shorten) -> None:
    short = shorten(start(*(turn(f"m{n}", action("action_answer")) for n in range(8))))
    assert messages(short) == ["m5", "m6", "m7"]
    assert (short[0]["event"], short[0]["name"]) == ("action", "action_listen")
    assert [event["name"] for event in short if event["event"] == "action"].count("action_answer") == TURNS


def test_slots_of_dropped_turns_stay(shorten: Shorten) -> None:
    older = [
        turn("a", slot("pending", "delete"), slot("province", "06")),
        turn("b", slot("pending", "human")),
    ]
    short = shorten(start(*older, *(turn(f"m{n}") for n in range(TURNS))))
    assert messages(short) == ["m0", "m1", "m2"]
    assert slots(short) == {"pending": "human", "province": "06"}


def test_slot_emptied_in_a_dropped_turn_stays_empty(shorten: Shorten) -> None:
    older = [turn("a", slot("province", "06")), turn("b", slot("province", None))]
    short = shorten(start(*older, *(turn(f"m{n}") for n in range(TURNS))))
    assert slots(short) == {"province": None}


def test_slot_of_a_kept_turn_wins(shorten: Shorten) -> None:
    newer = [turn("m0"), turn("m1", slot("province", "34")), turn("m2")]
    short = shorten(start(turn("a", slot("province", "06")), *newer))
    assert slots(short) == {"province": "34"}


def test_form_begun_in_a_dropped_turn_stays_active(shorten: Shorten) -> None:
    begun = turn(
        "a", action("find_service_form"), form("find_service_form"), slot("requested_slot", "province")
    )
    short = shorten(start(begun, *(turn(f"m{n}") for n in range(TURNS))))
    assert active(short) == "find_service_form"
    assert slots(short) == {"requested_slot": "province"}
    before = [event["event"] for event in short[: [event["event"] for event in short].index("user")]]
    assert before == ["action", "active_loop", "slot"]


def test_form_ended_in_a_dropped_turn_stays_ended(shorten: Shorten) -> None:
    older = [turn("a", form("find_service_form")), turn("b", form(None))]
    short = shorten(start(*older, *(turn(f"m{n}") for n in range(TURNS))))
    assert active(short) is None


def test_shortening_at_every_message_loses_nothing(shorten: Shorten) -> None:
    events = start(turn("a", form("find_service_form"), slot("service_kind", "labour_office")))
    for number in range(10):
        events = shorten([*events, *turn(f"m{number}")])
    assert messages(events) == ["m7", "m8", "m9"]
    assert active(events) == "find_service_form"
    assert slots(events) == {"service_kind": "labour_office"}
    assert len(events) <= 3 + TURNS * 2
