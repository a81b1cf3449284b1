"""Trackers stay short, because they travel with every call, and hold no words, because they lie open."""

import asyncio
import json

from bot.app.streams import connect
from tests.support.person import Person
from tests.support.stack import Stack

TURNS = 3  # as bot/rasa/tracker_store.py says, which only Rasa's Python can import


def stored_tracker(stack: Stack, conversation_id: str) -> str:
    """The tracker as it is stored."""

    async def read() -> bytes:
        async with connect(stack.streams) as client:
            return bytes(await client.get(f"tracker:{conversation_id}"))

    return asyncio.run(read()).decode()


def test_tracker_keeps_the_intents_of_the_last_turns_only(person: Person) -> None:
    for text in ("hello", "how do I get a travel permit", "thank you", "what can you do", "hello"):
        person.say(text)
    events = json.loads(stored_tracker(person.stack, person.id))["events"]
    intents = [event["parse_data"]["intent"]["name"] for event in events if event["event"] == "user"]
    assert intents == ["thanks", "help", "greet"][-TURNS:]


def test_tracker_holds_neither_question_nor_answer(person: Person) -> None:
    answer = person.say("how do I get a travel permit for zugunruhe").text
    stored = stored_tracker(person.stack, person.id)
    assert "zugunruhe" not in stored
    assert answer.split(".")[0] not in stored


def test_yes_after_many_turns_still_knows_the_question(person: Person) -> None:
    for text in ("hello", "thank you", "hello", "thank you"):
        person.say(text)
    person.say("delete my data")
    assert "nothing was deleted" in person.say("no").text
