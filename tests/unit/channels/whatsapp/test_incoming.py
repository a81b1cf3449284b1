import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.identity import Identity
from bot.pipeline.channel import BadUpdate
from bot.pipeline.inbound import Delivery, Event, Inbound, event_adapter
from channels.whatsapp.incoming import read_update
from tests.support import whatsapp_updates as meta
from tests.support.whatsapp_schema import message_faults, schema_file, status_faults
from tests.support.whatsapp_updates import PERSON, PHONE_ID, media, message, pressed, status, text

IDENTITY = Identity(b"secret of this test")
CONTEXT = {"from": meta.OUR_NUMBER, "id": "wamid.OURS"}
FAILED_TYPE = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown"}

MESSAGES: list[tuple[meta.Json, dict[str, Any]]] = [
    (text("Merhaba 👋"), {"text": "Merhaba 👋"}),
    (text(""), {"text": ""}),
    (text("a\ud83db"), {"text": "a\ufffdb"}),
    (text("x" * 5000), {"text": "x" * 4096}),
    (text("/delete"), {"command": "delete"}),
    (text(" /HELP\x0b\n"), {"command": "help"}),
    (text("/help there is a fire"), {"text": "/help there is a fire"}),
    (pressed("b_1-"), {"button": "b_1-"}),
    (pressed("b_2", "list_reply"), {"button": "b_2"}),
    (
        message("button", {"payload": "x", "text": "Yes, go on"}, context=CONTEXT),
        {"text": "Yes, go on"},
    ),
    (message("location", {"latitude": 41.01, "longitude": 28.97}), {"location": (41.01, 28.97)}),
    (message("location", {"latitude": -90, "longitude": 180}), {"location": (-90.0, 180.0)}),
    (media("image", "my letter"), {"text": "my letter"}),
    (media("image", " \n"), {"unreadable": "photo"}),
    (media("image"), {"unreadable": "photo"}),
    (media("video"), {"unreadable": "video"}),
    (media("document", "what is this?"), {"text": "what is this?"}),
    (media("document"), {"unreadable": "document"}),
    (media("audio"), {"unreadable": "voice"}),
    (media("sticker"), {"unreadable": "sticker"}),
    (message("contacts", [{"name": {"formatted_name": "A"}, "phones": []}]), {"unreadable": "contact"}),
    (message("unsupported", {"type": "poll"}, errors=[FAILED_TYPE]), {"unreadable": "other"}),
]
SILENT = [
    message("reaction", {"message_id": "wamid.OURS", "emoji": "👍"}),
    message("system", {"body": "A changed", "type": "user_changed_number", "wa_id": "905550000000"}),
]


def read(update: object) -> list[Event]:
    return read_update(update, PHONE_ID, IDENTITY)


def read_one(part: object) -> Event:
    (event,) = read(meta.update(meta.value(part)))  # type: ignore[arg-type]
    return event


@pytest.mark.parametrize(("part", "content"), MESSAGES)
def test_read_message_of_each_kind(part: meta.Json, content: dict[str, Any]) -> None:
    assert read_one(part) == Inbound(
        conversation_id=IDENTITY.conversation("whatsapp", PERSON),
        channel="whatsapp",
        client_id=meta.ID,
        address=PERSON,
        receipt=meta.ID,
        **content,
    )


@pytest.mark.skipif(not schema_file().exists(), reason="Meta's description of its API is not here")
@pytest.mark.parametrize("part", [*[part for part, _ in MESSAGES], *SILENT])
def test_fixtures_have_the_shape_that_meta_describes(part: meta.Json) -> None:
    assert message_faults(part) == []


@pytest.mark.skipif(not schema_file().exists(), reason="Meta's description of its API is not here")
def test_fixtures_of_statuses_have_the_shape_that_meta_describes() -> None:
    assert status_faults(status("failed", code=131047)) == []
    assert status_faults(status("gone")) != []


@pytest.mark.parametrize(
    "part",
    [
        *SILENT,
        message("revoke", {"original_message_id": "wamid.HBgM0"}),
        {**text("in a group"), "group_id": "Y2FwaV9ncm91cA"},
    ],
)
def test_read_message_that_needs_no_answer(part: meta.Json) -> None:
    assert read(meta.update(meta.value(part))) == []


def test_read_edited_message_as_a_new_one() -> None:
    new = {"type": "text", "text": {"body": "in Ankara"}}
    event = read_one(message("edit", {"original_message_id": "wamid.HBgM0", "message": new}, id="wamid.EDIT"))
    assert isinstance(event, Inbound)
    assert (event.text, event.client_id) == ("in Ankara", "wamid.EDIT")


@pytest.mark.parametrize(
    "part",
    [
        message("text", None),
        message("text", {"body": 5}),
        message("text", ["a"]),
        message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}),
        message("interactive", {"type": ["button_reply"]}),
        message("location", {"latitude": True, "longitude": False}),
        message("location", {"latitude": 91, "longitude": 0}),
        message("location", {"latitude": float("nan"), "longitude": 0}),
        message("location", {"latitude": 10**400, "longitude": 0}),
        message("button", {"payload": "x"}),
        message("order", {"catalog_id": "1"}),
        message("hologram", {}),
        message("edit", {"message": {"type": "edit", "edit": {"message": {"type": "text"}}}}),
        message("edit", None),
        {**message("text", {}), "type": "unknown", "errors": [FAILED_TYPE]},
    ],
)
def test_read_message_that_cannot_be_read_gets_an_answer(part: meta.Json) -> None:
    event = read_one(part)
    assert isinstance(event, Inbound)
    assert event.unreadable == "other"


@pytest.mark.parametrize("id", ["", "b 1", "b\x00", "ü", "x" * 201, 5, None])
def test_read_press_on_a_button_that_was_never_given(id: object) -> None:
    event = read_one(pressed(id))  # type: ignore[arg-type]
    assert isinstance(event, Inbound)
    assert event.button == "unknown"


def test_read_person_with_a_user_name() -> None:
    part = {**text("hi"), "from_user_id": "TR.13491208655302741918"}
    del part["from"]
    event = read_one(part)
    assert isinstance(event, Inbound)
    assert event.address == "TR.13491208655302741918"


@pytest.mark.parametrize("state", ["sent", "delivered", "read"])
def test_read_status(state: Any) -> None:
    (event,) = read(meta.update(meta.value(statuses=[status(state)])))
    assert event == Delivery(
        conversation_id=IDENTITY.conversation("whatsapp", PERSON),
        channel="whatsapp",
        client_id=f"wamid.OURS {state}",
        platform_id="wamid.OURS",
        state=state,
        at=datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("errors", "error"),
    [
        ([{"code": 131047}, {"code": 1}], 131047),
        ([], None),
        (None, None),
        ([{"code": "131047"}], None),
        ([{"code": 2**63}], None),
        ([{"code": True}], None),
        ([5, {"code": 131026}], 131026),
    ],
)
def test_read_status_of_a_failure(errors: object, error: int | None) -> None:
    (event,) = read(meta.update(meta.value(statuses=[{**status("failed"), "errors": errors}])))
    assert isinstance(event, Delivery)
    assert (event.state, event.error) == ("failed", error)


@pytest.mark.parametrize(
    "timestamp", [None, "", "soon", "9" * 5000, "9" * 18, -(2**63), 2**63, 1.5, ["1"], "\ud800"]
)
def test_read_status_without_a_moment(timestamp: object) -> None:
    (event,) = read(meta.update(meta.value(statuses=[{**status("sent"), "timestamp": timestamp}])))
    assert isinstance(event, Delivery)
    assert event.at is None


def test_read_status_that_means_nothing_to_us() -> None:
    assert read(meta.update(meta.value(statuses=[status("held"), status("warning")]))) == []


def test_read_update_for_another_number() -> None:
    assert read(meta.update(meta.value(text("hi"), phone_id="1"))) == []


def test_read_update_of_fifty_entries_in_order() -> None:
    values = [
        meta.value(
            text("a", id=f"wamid.A{number}"),
            text("b", id=f"wamid.B{number}", sender="905550000001"),
            statuses=[status("read", id=f"wamid.C{number}")],
        )
        for number in range(50)
    ]
    events = read(meta.update(*values))
    expected = [f"wamid.{letter}{number}" for number in range(50) for letter in "ABC"]
    assert [event.client_id.split()[0] for event in events] == expected


BAD_PARTS: list[Any] = [
    None,
    5,
    "text",
    [],
    {},
    {"from": PERSON, "type": "text", "text": {"body": "no id"}},
    {**text("bad sender"), "from": "+90 555"},
    {**text("bad sender"), "from": {"wa_id": PERSON}},
    {**text("bad sender"), "from": "1203634@g.us"},
    {**text("bad id"), "id": "wamid\n"},
    {**text("bad id"), "id": 2**63},
    {**text("bad type"), "type": ["text"]},
]


@pytest.mark.parametrize("bad", BAD_PARTS)
def test_read_update_keeps_the_neighbours_of_a_bad_part(bad: Any) -> None:
    first, last = text("first", id="wamid.1"), text("last", id="wamid.2")
    in_messages = meta.update(meta.value(first, bad, last))
    in_statuses = meta.update(meta.value(first, last, statuses=[bad]))
    in_entries = meta.update(meta.value(first), meta.value(last))
    in_entries["entry"].insert(1, bad)
    in_changes = meta.update(meta.value(first), meta.value(last))
    in_changes["entry"][0]["changes"] += [bad, {"value": bad}, {"value": {"metadata": bad}}]
    for update in (in_messages, in_statuses, in_entries, in_changes):
        assert [event.client_id for event in read(update)] == ["wamid.1", "wamid.2"]


@pytest.mark.parametrize("update", [None, [], "x", 5, {}, {"entry": {}}, {"entry": None}])
def test_read_update_that_is_none(update: object) -> None:
    with pytest.raises(BadUpdate, match="expected an object with a list named entry"):
        read(update)


def nested(depth: int) -> Any:
    """Deeper than a decoder of JSON goes; also what reads decoded JSON must stand it."""
    deep: Any = {}
    for _ in range(depth):
        deep = {"edit": {"message": deep}, "type": "edit", "entry": [deep]}
    return deep


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([2**63, -(2**63), "\ud800", PERSON, PHONE_ID, "wamid.1", "text", "failed", "9" * 5000])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=6), part, max_size=3),
    max_leaves=6,
)
NAMES = [*["from", "id", "type", "errors", "edit"], *["text", "interactive", "location", "image", "button"]]
WILD = st.dictionaries(st.sampled_from([*NAMES, "status", "recipient_id", "timestamp"]), ANYTHING)
PARTS = st.sampled_from([part for part, _ in MESSAGES]).flatmap(
    lambda part: WILD.map(lambda wild: {**part, **wild})
)
UPDATES = st.lists(PARTS | WILD | ANYTHING, max_size=3).flatmap(
    lambda messages: st.lists(WILD.map(lambda wild: {**status("sent"), **wild}) | ANYTHING, max_size=3).map(
        lambda statuses: meta.update({**meta.value(), "messages": messages, "statuses": statuses})
    )
)


@settings(max_examples=200, deadline=None)
@given(ANYTHING | UPDATES)
def test_read_update_of_anything(update: object) -> None:
    started = time.process_time()
    with suppress(BadUpdate):
        for event in read(update):
            assert event_adapter.validate_json(event.model_dump_json()) == event
    assert time.process_time() - started < 0.1


def test_read_update_that_is_nested_deeply() -> None:
    deep = nested(100_000)
    assert read(deep) == []
    assert isinstance(read_one({**text("x"), **deep}), Inbound)
    while deep:  # taken apart from outside, or Python would do it recursively
        deep = deep["edit"]["message"]
