"""Reading posted messages, in the form in which the server hands them over."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from fastapi import HTTPException, Request
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pipeline.inbound import Inbound
from channels.web.incoming import BODY_LIMIT, read_message
from tests.support.requests import request_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=8,
)
FIELDS = ("text", "button", "language", "location", "client_id", "channel", "conversation_id")
BODIES = st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["en", "a-1", [41.0, 29.0]]))


async def read(body: object) -> Inbound:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await read_message(request_of(data), "web-1")


@pytest.mark.parametrize(
    ("field", "value", "parsed"),
    [
        ("text", "", ""),
        ("text", "سلام", "سلام"),
        ("text", "a\ud83d", "a�"),
        ("button", "b_1-", "b_1-"),
        ("language", "ckb", "ckb"),
        ("location", [41, 28.9], (41.0, 28.9)),
    ],
)
async def test_read_message_of_each_kind(field: str, value: object, parsed: object) -> None:
    inbound = await read({"client_id": "a-1", field: value, "channel": "test", "conversation_id": "other"})
    assert getattr(inbound, field) == parsed
    assert (inbound.conversation_id, inbound.channel, inbound.client_id) == ("web-1", "web", "a-1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "expected a JSON object"),
        (b"text=hi", "expected a JSON object"),
        (b"\xff\xfe\xfa", "expected a JSON object"),
        (b'{"text": "hi"', "expected a JSON object"),
        (b"[" * 100_000, "expected a JSON object"),
        (b'{"text":' * 100_000, "expected a JSON object"),
        (b"9" * 10_000, "expected a JSON object"),
        ([1], "expected a JSON object, got list"),
        ({"client_id": "1"}, "exactly one of text, button, language, location; got 0"),
        ({"client_id": "1", "text": "a", "button": "b"}, "got 2 of them"),
        ({"text": "a"}, "expected client_id as 1 to 64"),
        ({"client_id": 1, "text": "a"}, "expected client_id"),
        ({"client_id": "é", "text": "a"}, "expected client_id"),
        ({"client_id": "x" * 65, "text": "a"}, "expected client_id"),
        ({"client_id": "1\n", "text": "a"}, "expected client_id"),
        ({"client_id": "1", "text": 5}, "expected a string, got int"),
        ({"client_id": "1", "button": ["b"]}, "expected a string, got list"),
        ({"client_id": "1", "language": "xx"}, "expected a language of en, tr"),
        ({"client_id": "1", "language": ["en"]}, "expected a language of en, tr"),
        ({"client_id": "1", "location": [91, 0]}, "expected location"),
        ({"client_id": "1", "location": [0]}, "expected location"),
        ({"client_id": "1", "location": ["1", "2"]}, "expected location"),
        ({"client_id": "1", "location": {"lat": 1}}, "expected location"),
        ({"client_id": "1", "location": [float("nan"), 0]}, "expected location"),
        ({"client_id": "1", "location": [10**400, 0]}, "expected location"),
        # In Python true is the number 1.
        ({"client_id": "1", "location": [True, False]}, "expected location"),
    ],
)
async def test_read_message_that_is_bad(body: object, expected: str) -> None:
    with pytest.raises(HTTPException) as caught:
        await read(body)
    assert caught.value.status_code == 422
    assert expected in caught.value.detail


async def test_read_message_that_is_too_large() -> None:
    taken = 0

    async def endless() -> AsyncIterator[dict[str, Any]]:
        nonlocal taken
        while True:
            taken += 1
            yield {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    source = endless()
    request = Request({"type": "http", "method": "POST", "headers": []}, source.__anext__)
    with pytest.raises(HTTPException) as caught:
        await read_message(request, "web-1")
    assert caught.value.status_code == 413
    assert taken == BODY_LIMIT // 1_000_000 + 1


async def test_read_message_of_a_megabyte_in_parts() -> None:
    body = json.dumps({"client_id": "1", "text": "\x01" * 600_000}).encode()
    parts = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    inbound = await read_message(request_of(*parts), "web-1")
    assert len(inbound.text or "") == 4096  # all of it would fill the streams


async def test_read_message_with_words_behind_many_blanks() -> None:
    inbound = await read({"client_id": "1", "text": " " * 100_000 + "help"})
    assert inbound.text == "help"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | BODIES | JSON)
async def test_read_message_of_anything(body: object) -> None:
    with suppress(HTTPException):
        inbound = await read(body)
        assert isinstance(inbound, Inbound)
        inbound.model_dump_json().encode()
