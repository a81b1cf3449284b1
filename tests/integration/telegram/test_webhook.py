import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from channels.telegram.channel import TelegramChannel
from channels.telegram.routes import BODY_LIMIT, PATH, set_webhook, telegram_routes, webhook_secret
from tests.support.fake_telegram import TOKEN, FakeTelegram, Refusal, message
from tests.support.small_inbox import SmallInbox, until

SECRET = webhook_secret(TOKEN)
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
GOOD = {"update_id": 31, **message(5, text="hello")}


@pytest.fixture
async def url(channel: TelegramChannel, inbox: SmallInbox) -> AsyncIterator[str]:
    """A server with the webhook."""
    app = FastAPI()
    app.include_router(telegram_routes(channel, inbox.accept, SECRET))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield "http://127.0.0.1:{1}".format(*server.servers[0].sockets[0].getsockname())
    server.should_exit = True
    await serving


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url) as connected:
        yield connected


async def receive(telegram: FakeTelegram, update: dict[str, object]) -> None:
    # The call waits until the update was posted to us, so it must not hold our loop.
    await asyncio.to_thread(telegram.receive, update)


def bad_updates() -> float:
    return REGISTRY.get_sample_value("merhaba_telegram_bad_updates_total") or 0.0


async def test_webhook_receives_what_telegram_posts(
    telegram: FakeTelegram, channel: TelegramChannel, inbox: SmallInbox, url: str
) -> None:
    await set_webhook(channel, url + "/", SECRET)
    assert telegram.webhook() == url + PATH
    (asked,) = telegram.called("setWebhook")
    assert asked["secret_token"] == SECRET
    assert asked["drop_pending_updates"] is False
    assert (asked["max_connections"], len(asked["allowed_updates"])) == (40, 4)
    await receive(telegram, message(5, text="hello"))
    await until(lambda: telegram.pending() == 0)
    assert inbox.texts() == ["hello"]


async def test_webhook_gets_again_what_was_not_stored(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    inbox: SmallInbox,
    url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox.failures = 2
    await set_webhook(channel, url, SECRET)
    for text in ("one", "two"):
        await receive(telegram, message(5, text=text))
    await until(lambda: telegram.pending() == 0)
    assert inbox.texts() == ["one", "two"]
    assert "an update from Telegram was not stored (ConnectionError)" in caplog.text
    assert "secret words" not in caplog.text


async def test_webhook_is_set_when_telegram_answers_again(
    telegram: FakeTelegram, channel: TelegramChannel, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail("setWebhook", Refusal(500), "lost", Refusal(400, "Bad Request: bad webhook"))

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    pauses: list[float] = []
    await set_webhook(channel, url, SECRET, sleep)
    assert telegram.webhook() == url + PATH
    assert pauses == [1, 2, 4]
    assert "MERHABA_PUBLIC_URL" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("given", [None, b"", b"wrong", SECRET.upper().encode(), b"\xff\xfe", "ş".encode()])
async def test_webhook_without_the_secret(
    client: httpx.AsyncClient, inbox: SmallInbox, given: bytes | None
) -> None:
    headers = [] if given is None else [(b"X-Telegram-Bot-Api-Secret-Token", given)]
    response = await client.post(PATH, json=GOOD, headers=headers)
    assert response.status_code == 403
    assert inbox.events == []


async def test_webhook_stores_before_it_answers(client: httpx.AsyncClient, inbox: SmallInbox) -> None:
    inbox.failures = 1
    assert (await client.post(PATH, json=GOOD, headers=HEADERS)).status_code == 503
    assert (await client.post(PATH, json=GOOD, headers=HEADERS)).status_code == 200
    assert len(inbox.events) == 1


def in_parts(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 65_536):
        yield b"[" * 65_536


async def test_webhook_with_a_large_body(client: httpx.AsyncClient, inbox: SmallInbox) -> None:
    async def chunked() -> AsyncIterator[bytes]:
        for part in in_parts(3 * BODY_LIMIT):
            yield part

    declared = await client.post(PATH, content=b"".join(in_parts(3 * BODY_LIMIT)), headers=HEADERS)
    undeclared = await client.post(PATH, content=chunked(), headers=HEADERS)
    assert (declared.status_code, undeclared.status_code) == (413, 413)
    spaced = json.dumps(GOOD).encode().ljust(BODY_LIMIT)
    assert (await client.post(PATH, content=spaced, headers=HEADERS)).status_code == 200
    assert len(inbox.events) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hi",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"message":' * 90_000,
        b"9" * 10_000,
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 1, "message": {}}',
    ],
    ids=["empty", "words", "bytes", "nested", "nested messages", "digits", "number", "message"],
)
async def test_webhook_with_what_nobody_can_read(
    client: httpx.AsyncClient, inbox: SmallInbox, body: bytes
) -> None:
    # Telegram would repeat it for ever, and everything behind it, if we answered with an error.
    before = bad_updates()
    response = await client.post(PATH, content=body, headers=HEADERS)
    assert response.status_code == 200
    assert bad_updates() == before + 1
    assert inbox.events == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.integers() | st.text(st.characters(), max_size=5),
        lambda part: st.dictionaries(st.sampled_from(["update_id", "message", "chat", "text", "id"]), part),
        max_leaves=8,
    ).map(lambda data: json.dumps(data).encode())
)
async def test_webhook_with_anything(channel: TelegramChannel, body: bytes) -> None:
    app = FastAPI()
    app.include_router(telegram_routes(channel, SmallInbox().accept, SECRET))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.post(PATH, content=body, headers=HEADERS)).status_code == 200
        assert (await client.post(PATH, content=body)).status_code == 403
