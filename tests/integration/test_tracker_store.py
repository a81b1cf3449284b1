"""Rasa's trackers stay short, because they travel with every call and Rasa compares all of their events."""

import asyncio
import json

from bot.app.streams import connect
from tests.support.person import Person
from tests.support.stack import Stack

TURNS = 3  # as bot/rasa/tracker_store.py says, which only Rasa's Python can import


def stored_messages(stack: Stack, conversation_id: str) -> list[str]:
    """What the person said according to the stored tracker."""

    async def read() -> bytes:
        async with connect(stack.streams) as client:
            return bytes(await client.get(f"tracker:{conversation_id}"))

    tracker = json.loads(asyncio.run(read()))
    return [event["text"] for event in tracker["events"] if event["event"] == "user"]


def test_tracker_keeps_the_last_turns_only(person: Person) -> None:
    said = ["hello", "how do I get a travel permit", "thank you", "what can you do", "hello again"]
    for text in said:
        person.say(text)
    assert stored_messages(person.stack, person.id) == said[-TURNS:]


def test_yes_after_many_turns_still_knows_the_question(person: Person) -> None:
    for text in ("hello", "thank you", "hello", "thank you"):
        person.say(text)
    person.say("delete my data")
    assert "nothing was deleted" in person.say("no").text
