"""Deleting one's data through the chat."""

import asyncio
import re

import pytest

from bot.app.streams import connect
from bot.base.languages import languages
from bot.base.sealing import Unreadable
from bot.base.texts import Texts
from tests.support.person import Person

TEXTS = Texts()
WORD = "zugunruhe"
ASK = {
    "en": "delete my data",
    "ar": "امسح بياناتي",
    "tr": "verilerimi silin",
    "fa": "اطلاعات من را حذف کنید",
    "ckb": "زانیاریەکانم بسرەوە",
    "ps": "زما معلومات ړنګ کړئ",
}
YES = {"en": "yes", "ar": "نعم", "tr": "evet", "fa": "بله", "ckb": "بەڵێ", "ps": "هو"}
NO = {"en": "no", "ar": "لا", "tr": "hayır", "fa": "نه", "ckb": "نەخێر", "ps": "نه"}
TABLES = ("message", "button", "ticket", "feedback")


def _tracker(person: Person) -> bool:
    async def exists() -> bool:
        async with connect(person.stack.streams) as client:
            return bool(await client.exists(f"tracker:{person.id}"))

    return asyncio.run(exists())


def _rows(person: Person) -> dict[str, int]:
    return {
        table: len(person.stack.rows(f"select id from {table} where conversation_id = ?", person.id))
        for table in TABLES
    }


@pytest.mark.parametrize("code", ASK)
def test_deletion_asks_once_and_shows_what_is_held(person: Person, code: str) -> None:
    answer = person.say(ASK[code])
    assert answer.text == TEXTS.get(code, "utter_delete_ask", messages=1, tickets=0)
    assert answer.titles == [TEXTS.get(code, "button_delete"), TEXTS.get(code, "button_keep")]


@pytest.mark.parametrize("code", languages())
def test_phrase_that_the_privacy_text_names_asks_for_deletion(person: Person, code: str) -> None:
    named = re.search("[«“](.+?)[»”]", TEXTS.get(code, "utter_privacy", transcript_days=30))
    assert named
    assert person.say(named[1]).text == TEXTS.get(code, "utter_delete_ask", messages=1, tickets=0)


@pytest.mark.parametrize("code", ASK)
def test_yes_deletes_and_says_so(person: Person, code: str) -> None:
    person.say(ASK[code])
    person.say(YES[code])
    assert [answer.text for answer in person.answers()] == [TEXTS.get(code, "utter_deleted")]


@pytest.mark.parametrize("code", ASK)
def test_no_keeps_everything(person: Person, code: str) -> None:
    person.say(ASK[code])
    assert person.say(NO[code]).text == TEXTS.get(code, "utter_delete_kept")
    assert _rows(person)["message"] == 4


def test_deletion_by_button_leaves_only_the_confirmation(person: Person) -> None:
    person.say(f"I want to talk to a person about {WORD}")
    person.press(person.say("How do I get a travel permit?"), "This helped")
    assert _tracker(person)
    held = person.say("delete my data")
    assert "(7)" in held.text
    person.press(held, "Yes, delete everything")
    assert _rows(person) == {"message": 1, "button": 0, "ticket": 0, "feedback": 0}
    assert not _tracker(person)


def test_typed_words_are_readable_in_no_file_of_the_data_directory(person: Person) -> None:
    # Rasa's tracker and the streams lie in an append-only file, which keeps old bytes.
    word = "morgenstern"
    person.say(f"where can {word} register her newborn baby")
    found = [path for path in person.stack.data.rglob("*") if path.is_file()]
    assert [path.name for path in found if word.encode() in path.read_bytes()] == []


def test_deletion_destroys_the_key_of_what_was_said(person: Person) -> None:
    person.say("where can I register a newborn baby")
    query = "select content from message where conversation_id = ? and sender = 'person'"
    sealed = person.stack.rows(query, person.id)[0][0]
    assert person.stack.opened(person.id, sealed)["text"]
    person.press(person.say("delete my data"), "Yes, delete everything")
    with pytest.raises(Unreadable):
        person.stack.opened(person.id, sealed)


def test_button_that_keeps_deletes_nothing(person: Person) -> None:
    kept = person.press(person.say("delete my data"), "No, keep it")
    assert kept.text == TEXTS.get("en", "utter_delete_kept")


def test_old_button_that_deletes_asks_nothing_and_deletes_nothing(person: Person) -> None:
    asked = person.say("delete my data")
    person.press(asked, "No, keep it")
    assert person.press(asked, "Yes, delete everything").text == TEXTS.get("en", "utter_expired_button")
    assert _rows(person)["message"] == 6


def test_chosen_language_is_deleted_too(person: Person) -> None:
    person.choose("ar")
    person.press(person.say("delete my data"), TEXTS.get("ar", "button_delete"))
    query = "select language, language_chosen from conversation where id = ?"
    assert person.stack.rows(query, person.id) == [(None, 0)]
