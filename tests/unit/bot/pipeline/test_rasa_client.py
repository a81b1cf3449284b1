from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.reply import Reply
from bot.pipeline.rasa_client import RasaClient, RasaFailure, join_items

DECISION = {"custom": {"decision": "smalltalk", "language": "en"}}
BUTTON = {"title": "Person", "payload": "/request_human"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=10,
)
ITEM = st.fixed_dictionaries(
    {},
    optional={
        "text": JSON | st.just("Hello"),
        "custom": JSON | st.just(DECISION["custom"]),
        "buttons": JSON | st.just([BUTTON]),
    },
)


def test_join_items_of_several_texts() -> None:
    items = [
        {"recipient_id": "x", "text": "One", "buttons": [BUTTON]},
        DECISION,
        {"text": "Two", "buttons": [BUTTON]},
        {"text": ""},
    ]
    reply = join_items(items)
    assert reply.text == "One\n\nTwo"
    assert [choice.title for choice in reply.choices] == ["Person", "Person"]
    assert reply.decision.decision == "smalltalk"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"text": "One"}], "got 1 texts, 0 decisions"),
        ([{"text": "One"}, DECISION, DECISION], "got 1 texts, 2 decisions"),
        ([DECISION], "got 0 texts, 1 decisions"),
        ([], "got 0 texts, 0 decisions"),
        ({"status": "failure"}, "got something else"),
        (None, "got something else"),
        (["One"], "got something else"),
        ([{"text": "One"}, {"custom": {"decision": "guess", "language": "en"}}], "agreed form"),
        ([{"text": "One"}, {"custom": None}], "agreed form"),
        ([{"text": "One", "buttons": [{"title": "x"}]}, DECISION], "agreed form"),
        # Iterating over a number raises TypeError, which no caller expects.
        ([{"text": "One", "buttons": 5}, DECISION], "agreed form"),
    ],
)
def test_join_items_that_are_no_reply(items: object, expected: str) -> None:
    with pytest.raises(RasaFailure, match=expected):
        join_items(items)


def test_join_items_failure_does_not_quote() -> None:
    with pytest.raises(RasaFailure) as caught:
        join_items([{"text": "One"}, {"custom": {"decision": "my secret", "language": "en"}}])
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@settings(max_examples=100, deadline=None)
@given(JSON | st.lists(ITEM, max_size=4))
def test_join_items_of_anything(items: object) -> None:
    with suppress(RasaFailure):
        assert isinstance(join_items(items), Reply)


async def test_send_without_a_server() -> None:
    client = RasaClient("http://127.0.0.1:9", timeout=1)
    with pytest.raises(RasaFailure, match="no answer from Rasa: ConnectError") as caught:
        await client.send("id", "my secret", {})
    assert "secret" not in str(caught.value)
    assert not await client.is_ready()
    await client.close()
