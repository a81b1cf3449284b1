"""What updates mean. Good ones have the shape that aiogram, another library, knows."""

import json
import time
from collections.abc import Sequence
from typing import Any

import aiogram.types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.identity import Identity
from bot.base.languages import languages
from bot.base.texts import Texts
from bot.pipeline.channel import BadUpdate
from bot.pipeline.inbound import Event, Inbound, Presence
from channels.telegram.channel import TelegramChannel
from tests.support.fake_telegram import TOKEN, membership, message, person, press

IDENTITY = Identity(b"secret")
CHANNEL = TelegramChannel(IDENTITY, Texts(), TOKEN)
FILE = {"file_id": "f", "file_unique_id": "u"}
PICTURE = {**FILE, "width": 90, "height": 60}
STICKER = {**PICTURE, "type": "regular", "is_animated": False, "is_video": False}
PLACE = {"latitude": 41.01, "longitude": 28.97}
GROUP = {"id": -100123, "type": "supergroup", "title": "Neighbours"}
BOT = {**person(6), "is_bot": True}


def parse(update: dict[str, Any]) -> list[Event]:
    aiogram.types.Update.model_validate({"update_id": 31, **update})
    return list(CHANNEL.parse({"update_id": 31, **update}))


def parse_one(update: dict[str, Any]) -> Inbound:
    (event,) = parse(update)
    assert isinstance(event, Inbound)
    return event


@pytest.mark.parametrize(
    ("content", "name", "value"),
    [
        ({"text": "کارت اقامت"}, "text", "کارت اقامت"),
        ({"text": "/weather"}, "text", "/weather"),
        ({"text": "/starting"}, "text", "/starting"),
        ({"text": "write /help"}, "text", "write /help"),
        ({"text": "/start"}, "command", "start"),
        ({"text": "/start from_poster"}, "command", "start"),
        ({"text": "/Language"}, "command", "language"),
        ({"text": "/help@merhaba_bot"}, "command", "help"),
        ({"text": "/human@merhaba_bot please\nnow"}, "command", "human"),
        ({"text": "/delete\nall"}, "command", "delete"),
        ({"text": "/privacy"}, "command", "privacy"),
        ({"location": PLACE}, "location", (41.01, 28.97)),
        ({"location": {"latitude": 41, "longitude": -180}}, "location", (41.0, -180.0)),
        (
            {"venue": {"location": PLACE, "title": "Office", "address": "Fatih"}},
            "location",
            (41.01, 28.97),
        ),
        ({"voice": {**FILE, "duration": 3}}, "unreadable", "voice"),
        ({"audio": {**FILE, "duration": 3}}, "unreadable", "voice"),
        ({"video_note": {**FILE, "length": 9, "duration": 3}}, "unreadable", "voice"),
        ({"photo": [PICTURE]}, "unreadable", "photo"),
        ({"photo": [PICTURE], "caption": "what is this paper?"}, "text", "what is this paper?"),
        ({"document": FILE, "caption": "/human"}, "command", "human"),
        ({"video": {**PICTURE, "duration": 3}}, "unreadable", "video"),
        ({"animation": {**PICTURE, "duration": 3}, "document": FILE}, "unreadable", "video"),
        ({"sticker": STICKER}, "unreadable", "sticker"),
        ({"document": FILE}, "unreadable", "document"),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, "unreadable", "contact"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "unreadable", "other"),
        ({"a_kind_of_the_future": {}}, "unreadable", "other"),
        ({"chat": GROUP, "text": "@merhaba_bot hi"}, "unreadable", "group"),
        ({"chat": GROUP, "new_chat_members": [BOT]}, "unreadable", "group"),
    ],
)
def test_parse_message(content: dict[str, Any], name: str, value: object) -> None:
    parsed = parse_one(message(5, **content))
    address = str(content.get("chat", {"id": 5})["id"])
    assert parsed == Inbound(
        conversation_id=IDENTITY.conversation("telegram", address),
        channel="telegram",
        client_id="31",
        address=address,
        **{name: value},
    )


def test_parse_press_on_a_button() -> None:
    parsed = parse_one(press(5, "b-17"))
    assert (parsed.button, parsed.receipt, parsed.address, parsed.client_id) == ("b-17", "98765", "5", "31")


def test_parse_press_under_an_old_message() -> None:
    # Telegram leaves out the message; the private chat has the number of the person.
    update = press(5, "b-17")
    del update["callback_query"]["message"]
    assert parse_one(update) == parse_one(press(5, "b-17"))


def test_parse_press_in_a_group() -> None:
    update = press(5, "b-17")
    update["callback_query"]["message"]["chat"] = GROUP
    parsed = parse_one(update)
    assert (parsed.unreadable, parsed.receipt, parsed.address) == ("group", "98765", str(GROUP["id"]))


def test_parse_edited_message_is_a_new_one() -> None:
    parsed = parse_one(message(5, kind="edited_message", edit_date=1_700_000_001, text="what I meant"))
    assert (parsed.text, parsed.client_id) == ("what I meant", "31")


@pytest.mark.parametrize(
    "update",
    [
        # A place that moves is edited every few seconds.
        message(5, kind="edited_message", edit_date=1_700_000_001, location={**PLACE, "live_period": 900}),
        message(5, kind="edited_message", edit_date=1_700_000_001, chat=GROUP, text="hi"),
        message(5, **{"from": BOT, "text": "I am a bot"}),
        message(5, **{"from": BOT, "chat": GROUP, "text": "I am a bot"}),
        message(5, pinned_message=message(5, text="hi")["message"]),
        message(5, message_auto_delete_timer_changed={"message_auto_delete_time": 86400}),
        {"callback_query": {"id": "1", "from": person(5), "chat_instance": "1", "game_short_name": "g"}},
        {
            "poll_answer": {
                "poll_id": "1",
                "user": person(5),
                "option_ids": [0],
                "option_persistent_ids": ["0"],
            }
        },
        {"an_update_of_the_future": {"chat": 1}},
        {},
    ],
)
def test_parse_what_nobody_said_to_us(update: dict[str, Any]) -> None:
    assert parse(update) == []


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False)])
def test_parse_blocking(status: str, blocked: bool) -> None:
    assert parse(membership(5, status)) == [
        Presence(
            conversation_id=IDENTITY.conversation("telegram", "5"),
            channel="telegram",
            client_id="31",
            blocked=blocked,
        )
    ]


def test_parse_album_gets_one_explanation_and_keeps_its_words() -> None:
    photo = {"photo": [PICTURE], "media_group_id": "888"}
    first, second = (
        CHANNEL.parse({"update_id": number, **message(5, **photo)})[0].client_id for number in (1, 2)
    )
    assert first == second  # the inbox takes an event with a known number as repeated
    captioned = parse_one(message(5, **photo, caption="both sides"))
    assert (captioned.text, captioned.client_id) == ("both sides", "31")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("tr", "tr"),
        ("fa-AF", "fa"),
        ("prs", "fa"),
        ("ku", "kmr"),
        ("ckb", "ckb"),
        ("EN_us", "en"),
        ("pt-br", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_language_of_the_device(theirs: str | None, ours: str | None) -> None:
    assert parse_one(message(5, language=theirs, text="hi")).device_language == ours


def test_parse_lone_surrogate_in_text() -> None:
    text = json.loads('"help \\ud83d"')
    assert parse_one_unchecked(text=text).text == "help \ufffd"


def parse_one_unchecked(**content: Any) -> Inbound:
    (event,) = CHANNEL.parse({"update_id": 31, **message(5, **content)})
    assert isinstance(event, Inbound)
    return event


def test_parse_strange_part_that_is_not_needed() -> None:
    # The words of a person must not be lost because of it.
    assert parse_one_unchecked(text="hello", entities="?", reply_to_message={}, photo=[{}]).text == "hello"


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (None, "update of a Telegram update"),
        ([1], "update of a Telegram update"),
        ({}, "update_id"),
        ({"update_id": "1"}, "update_id of a Telegram update: Input should be a valid integer"),
        ({"update_id": True}, "update_id"),
        ({"update_id": 2**63}, "update_id"),
        ({"update_id": 1, "message": "hi"}, "message of"),
        ({"update_id": 1, "message": {"text": "hi"}}, "message.chat of"),
        ({"update_id": 1, **message(2**63, text="hi")}, "message.chat.id"),
        ({"update_id": 1, **message(5, text=["secret"])}, "message.text"),
        (
            {"update_id": 1, **message(5, location={"latitude": 91, "longitude": 0})},
            "message.location.latitude",
        ),
        ({"update_id": 1, **message(5, location={"latitude": float("nan"), "longitude": 0})}, "latitude"),
        ({"update_id": 1, **message(5, location={"latitude": 10**400, "longitude": 0})}, "latitude"),
        ({"update_id": 1, **message(5, location={"latitude": True, "longitude": 0})}, "latitude"),
        ({"update_id": 1, "callback_query": {"data": "secret"}}, "callback_query.id"),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 1, "type": "private"}}}, "new_chat_member"),
    ],
)
def test_parse_bad_update_names_the_part_and_not_its_content(update: object, expected: str) -> None:
    with pytest.raises(BadUpdate) as caught:
        CHANNEL.parse(update)
    assert expected in str(caught.value)
    assert "secret" not in str(caught.value)
    assert (caught.value.__suppress_context__, caught.value.__cause__) == (True, None)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from([2**63, -(2**63), "\ud800", "private", "/start", PLACE, person(5)]),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=5), part, max_size=3)
    ),
    max_leaves=8,
)
PARTS = (
    *("chat", "from", "text", "caption", "location", "venue", "media_group_id", "photo", "voice"),
    *("id", "data", "message", "new_chat_member", "type", "status", "is_bot", "language_code", "\ud800"),
)
CHAT = st.fixed_dictionaries({"id": st.integers(), "type": st.sampled_from(["private", "group"]) | JSON})
BODY = st.dictionaries(st.sampled_from(PARTS), JSON | CHAT, max_size=6)
MESSAGE = st.fixed_dictionaries(
    {"chat": CHAT}, optional={"text": JSON, "from": BODY | JSON, "location": JSON, "voice": JSON}
)
KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "poll")
UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers() | JSON},
    optional=dict.fromkeys(KINDS, BODY | MESSAGE | JSON),
)


def parse_in_time(update: object) -> Sequence[Event]:
    """No error but BadUpdate, and at most a tenth of a second of work."""
    start = time.thread_time()
    try:
        return CHANNEL.parse(update)
    except BadUpdate:
        return ()
    finally:
        assert time.thread_time() - start < 0.1


@settings(max_examples=150, deadline=None)
@given(UPDATES | JSON)
def test_parse_anything(update: object) -> None:
    for event in parse_in_time(update):
        event.model_dump_json().encode()
        hint = getattr(event, "device_language", None)
        assert hint is None or hint in languages()


def deep(levels: int) -> list[object]:
    nested: list[object] = []
    for _ in range(levels):
        nested = [nested]
    return nested


HUGE = {
    "nested": {"text": "hi", "reply_to_message": deep(100_000)},
    "nested text": {"text": deep(100_000)},
    "surrogates": {"text": "\ud800" * 1_000_000},
    "slashes": {"text": "/" * 1_000_000},
    "command": {"text": "/start@" + "a" * 1_000_000},
    "entities": {"text": "hi", "entities": [{"type": "bold", "offset": 0, "length": 1}] * 24_000},
    "names": {"text": "hi", **{f"\ud800{number}": number for number in range(50_000)}},
    "number": {"text": "hi", "media_group_id": 10**4000},
}


@pytest.mark.parametrize("name", HUGE)
def test_parse_huge_update_in_a_tenth_of_a_second(name: str) -> None:
    parse_in_time({"update_id": 1, **message(5, **HUGE[name])})
