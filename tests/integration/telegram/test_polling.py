import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from channels.telegram.channel import TelegramChannel
from channels.telegram.polling import Polling
from tests.support.fake_telegram import (
    BAD_TOKEN,
    TOKEN,
    TOO_FAST,
    FakeTelegram,
    Refusal,
    Trouble,
    membership,
    message,
    press,
)
from tests.support.small_inbox import SmallInbox, until


class Pauses(list[float]):
    """Remembers how long a pause should have been."""

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0.02)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@asynccontextmanager
async def running(channel: TelegramChannel, inbox: SmallInbox, pauses: Pauses) -> AsyncIterator[None]:
    task = asyncio.create_task(Polling(channel, inbox.accept, sleep=pauses.sleep).run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_polling_hands_on_what_happens_in_order(
    telegram: FakeTelegram, channel: TelegramChannel, inbox: SmallInbox, pauses: Pauses
) -> None:
    telegram.receive(message(5, text="one"))
    async with running(channel, inbox, pauses):
        await until(lambda: len(inbox.events) == 1)
        telegram.receive(message(6, text="two"))
        telegram.receive(press(5, "b"))
        telegram.receive(membership(6, "kicked"))
        telegram.receive(message(5, kind="edited_message", edit_date=1_700_000_001, text="three"))
        await until(lambda: len(inbox.events) == 5 and telegram.pending() == 0)
    assert [event.client_id for event in inbox.events] == ["1", "2", "3", "4", "5"]
    assert inbox.texts() == ["one", "two", None, "three"]
    asked = telegram.called("getUpdates")[0]
    assert asked["timeout"] == 25
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert telegram.called("deleteWebhook") == [{"drop_pending_updates": False}]
    assert pauses == []


async def test_polling_repeats_what_was_not_stored(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    inbox: SmallInbox,
    pauses: Pauses,
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox.failures = 3
    for number in range(5):
        telegram.receive(message(5, text=f"{number}"))
    async with running(channel, inbox, pauses):
        await until(lambda: telegram.pending() == 0)
    assert inbox.texts() == ["0", "1", "2", "3", "4"]
    assert pauses == [1, 2, 4]
    assert "receiving from Telegram failed (ConnectionError); next try in 1 s" in caplog.text
    assert "secret words" not in caplog.text


async def test_polling_that_dies_again_and_again_loses_nothing(
    telegram: FakeTelegram, channel: TelegramChannel, inbox: SmallInbox, pauses: Pauses
) -> None:
    written = [f"{number}" for number in range(40)]
    for start in range(0, 40, 10):
        for text in written[start : start + 10]:
            telegram.receive(message(5, text=text))
        inbox.failures = 1
        async with running(channel, inbox, pauses):
            # Stops between storing and confirming.
            await until(lambda wanted=written[start + 9]: wanted in inbox.texts())
    async with running(channel, inbox, pauses):
        await until(lambda: telegram.pending() == 0)
    assert list(dict.fromkeys(inbox.texts())) == written  # the inbox knows repeated ones by their number


async def test_polling_skips_an_update_that_nobody_can_read(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    inbox: SmallInbox,
    pauses: Pauses,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.receive(message(5, text="before"))
    telegram.receive({"message": {"chat": "secret words", "text": 7}}, checked=False)
    telegram.receive(message(5, text="after"))
    async with running(channel, inbox, pauses):
        await until(lambda: telegram.pending() == 0)
    assert inbox.texts() == ["before", "after"]
    assert "skipped: cannot read message.chat of a Telegram update" in caplog.text
    assert "secret words" not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [(BAD_TOKEN, 60), (TOO_FAST, 3), (Refusal(500), 1), (Refusal(409), 15), ("lost", 1), ("garbage", 1)],
)
async def test_polling_goes_on_after_trouble(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    inbox: SmallInbox,
    pauses: Pauses,
    trouble: Trouble | Refusal,
    pause: float,
) -> None:
    telegram.fail("deleteWebhook", trouble)
    telegram.fail("getUpdates", trouble)
    telegram.receive(message(5, text="one"))
    async with running(channel, inbox, pauses):
        await until(lambda: telegram.pending() == 0)
    assert inbox.texts() == ["one"]
    assert pauses == [pause, pause]


async def test_polling_beside_another_reader_says_so(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    inbox: SmallInbox,
    pauses: Pauses,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with httpx.AsyncClient() as other:
        reading = asyncio.create_task(
            other.post(f"{telegram.url}/bot{TOKEN}/getUpdates", data={"timeout": "1"})
        )
        await until(lambda: len(telegram.called("getUpdates")) == 1)
        async with running(channel, inbox, pauses):
            await until(lambda: 15 in pauses)
            await reading
            telegram.receive(message(5, text="one"))
            await until(lambda: inbox.texts() == ["one"])
    assert "let only one service use its token" in caplog.text


async def test_polling_log_holds_neither_token_nor_words(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    inbox: SmallInbox,
    pauses: Pauses,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.receive(message(5, text="secret words"))
    telegram.fail("getUpdates", BAD_TOKEN, "garbage", "lost", Refusal(409))
    async with running(channel, inbox, pauses):
        await until(lambda: telegram.pending() == 0)
    assert "MERHABA_TELEGRAM_TOKEN" in caplog.text
    assert TOKEN.split(":")[1] not in caplog.text
    assert "secret words" not in caplog.text
