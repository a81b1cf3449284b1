"""The webhook as Meta calls it."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from bot.pipeline.inbound import Event
from channels.whatsapp.channel import WhatsAppChannel
from channels.whatsapp.routes import BODY_LIMIT, PATH, whatsapp_routes
from tests.support import whatsapp_updates as meta
from tests.support.whatsapp_settings import APP_SECRET, VERIFY_TOKEN, whatsapp_settings
from tests.support.whatsapp_updates import signed

HELLO = meta.update(meta.value(meta.text("hello")))


class Webhook:
    """Posts to the route, and keeps what it accepted."""

    def __init__(self, channel: WhatsAppChannel) -> None:
        self.accepted: list[Event] = []
        self.broken = False
        app = FastAPI()
        app.include_router(whatsapp_routes(channel, whatsapp_settings(), self._accept))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    async def _accept(self, events: Sequence[Event]) -> None:
        if self.broken:
            raise OSError("no space for: hello")
        self.accepted += events

    async def post(self, body: object, **headers: str) -> httpx.Response:
        content, given = signed(body, APP_SECRET)
        return await self.client.post(PATH, content=content, headers={**given, **headers})


@pytest.fixture
async def webhook(channel: WhatsAppChannel) -> AsyncIterator[Webhook]:
    made = Webhook(channel)
    yield made
    await made.client.aclose()


def unreadable() -> float:
    return REGISTRY.get_sample_value("merhaba_whatsapp_unreadable_total", {"part": "request"}) or 0.0


async def test_post_is_accepted_in_order(webhook: Webhook) -> None:
    parts = [meta.text("a", id="wamid.1"), meta.text("b", id="wamid.2")]
    response = await webhook.post(meta.update(meta.value(*parts, statuses=[meta.status("read")])))
    assert response.status_code == 200
    assert [event.client_id for event in webhook.accepted] == ["wamid.1", "wamid.2", "wamid.OURS read"]


async def test_post_without_events_is_not_handed_on(webhook: Webhook) -> None:
    webhook.broken = True
    assert (await webhook.post(meta.update())).status_code == 200


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha256=ü",
        "ü",
        "\xff" * 71,
        "sha1=" + "0" * 40,
        hmac.new(APP_SECRET.encode(), json.dumps(HELLO).encode(), hashlib.sha256).hexdigest(),
    ],
)
async def test_post_with_a_wrong_signature(webhook: Webhook, signature: str) -> None:
    content, _ = signed(HELLO, APP_SECRET)
    headers = [(b"X-Hub-Signature-256", signature.encode("latin-1"))]
    response = await webhook.client.post(PATH, content=content, headers=headers)
    assert response.status_code == 403
    assert webhook.accepted == []


async def test_post_without_a_signature(webhook: Webhook) -> None:
    assert (await webhook.client.post(PATH, json=HELLO)).status_code == 403


async def test_post_with_the_signature_of_another_body(webhook: Webhook) -> None:
    _, headers = signed(HELLO, APP_SECRET)
    content = json.dumps(HELLO).replace("hello", "hallo").encode()
    assert (await webhook.client.post(PATH, content=content, headers=headers)).status_code == 403
    assert webhook.accepted == []


async def test_post_signed_with_another_secret(webhook: Webhook) -> None:
    content, headers = signed(HELLO, "another secret")
    assert (await webhook.client.post(PATH, content=content, headers=headers)).status_code == 403


DEEP = [b"[" * 100_000, b'{"entry":' * 100_000, b'{"entry":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\xfa", b"9" * 10_000, b"null", b"[]", b"{}", *DEEP])
async def test_post_that_nobody_can_read_is_counted(webhook: Webhook, body: bytes) -> None:
    before = unreadable()
    assert (await webhook.post(body)).status_code == 200
    assert webhook.accepted == []
    assert unreadable() == before + 1


async def test_post_that_is_not_stored_comes_again(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.broken = True
    assert (await webhook.post(HELLO)).status_code == 503
    assert "OSError" in caplog.text
    assert "hello" not in caplog.text
    webhook.broken = False
    assert (await webhook.post(HELLO)).status_code == 200
    assert len(webhook.accepted) == 1


def padded(size: int) -> bytes:
    body = json.dumps(HELLO).encode()
    return body + b" " * (size - len(body))


async def test_post_of_the_largest_size(webhook: Webhook) -> None:
    assert (await webhook.post(padded(BODY_LIMIT))).status_code == 200
    assert len(webhook.accepted) == 1


@pytest.mark.parametrize("length", [str(BODY_LIMIT + 1), "9" * 10, "9" * 5000], ids=len)
async def test_post_that_declares_too_much_is_not_read(webhook: Webhook, length: str) -> None:
    async def never() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    response = await webhook.client.post(PATH, content=never(), headers={"Content-Length": length})
    assert response.status_code == 413


async def test_post_in_chunks_that_is_too_large(webhook: Webhook) -> None:
    body, headers = signed(padded(BODY_LIMIT + 1), APP_SECRET)
    taken = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal taken
        for start in range(0, 2 * len(body), 65_536):
            taken += 1
            yield body[start : start + 65_536] or b" " * 65_536

    response = await webhook.client.post(PATH, content=chunks(), headers=headers)
    assert response.status_code == 413
    assert taken == BODY_LIMIT // 65_536 + 1
    assert webhook.accepted == []


async def test_post_in_chunks(webhook: Webhook) -> None:
    body, headers = signed(HELLO, APP_SECRET)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 50):
            yield body[start : start + 50]

    assert (await webhook.client.post(PATH, content=chunks(), headers=headers)).status_code == 200
    assert len(webhook.accepted) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300) | JSON | JSON.map(lambda part: meta.update(meta.value(part))),  # type: ignore[arg-type]
    signature=st.none() | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=80),
)
@example(body={"entry": [{"changes": [{"value": {"messages": [{"id": 2**63}]}}]}]}, signature=None)
@example(body=b'{"entry": ["\\ud800"]}', signature=None)
@example(body=b'{"entry": [1e999, NaN, -Infinity]}', signature=None)
async def test_post_of_anything(webhook: Webhook, body: object, signature: str | None) -> None:
    content, headers = signed(body, APP_SECRET)
    value = headers["X-Hub-Signature-256"] if signature is None else signature
    started = time.process_time()
    response = await webhook.client.post(
        PATH, content=content, headers=[(b"X-Hub-Signature-256", value.encode("latin-1"))]
    )
    assert time.process_time() - started < 0.1
    assert response.status_code == (200 if signature is None else 403)


async def test_get_of_the_verification(webhook: Webhook) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444<b>"}
    response = await webhook.client.get(PATH, params=query)
    assert response.status_code == 200
    assert response.text == "1158201444<b>"
    assert response.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe"},
        {"hub.mode": "subscribe", "hub.verify_token": ""},
        {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN + "x"},
        {"hub.mode": "subscribe", "hub.verify_token": "\U0001f600"},
        {"hub.mode": "unsubscribe", "hub.verify_token": VERIFY_TOKEN},
        {"hub.verify_token": VERIFY_TOKEN},
    ],
)
async def test_get_of_a_wrong_verification(webhook: Webhook, query: dict[str, str]) -> None:
    response = await webhook.client.get(PATH, params={**query, "hub.challenge": "42"})
    assert response.status_code == 403
    assert "42" not in response.text


async def test_get_with_bytes_that_are_no_text(webhook: Webhook) -> None:
    url = f"{PATH}?hub.mode=subscribe&hub.verify_token=%ff%ed%a0%80&hub.challenge=1"
    assert (await webhook.client.get(url)).status_code == 403
