import asyncio
import logging
import time

import pytest

from bot.pipeline.channel import Outgoing, Refused, ShownButton, TryLater
from bot.pipeline.inbound import Inbound
from channels.telegram.channel import TEXT_LIMIT, TelegramChannel
from tests.support.fake_telegram import (
    BAD_TOKEN,
    BLOCKED,
    MIGRATED,
    NO_BOT,
    TOKEN,
    TOO_FAST,
    FakeTelegram,
    Refusal,
    Trouble,
)

HELLO = Outgoing(text="Hello <b>_you_</b> https://www.goc.gov.tr", language="en")
SECRETS = (TOKEN, TOKEN.split(":")[1], "Hello", "_you_")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


async def test_send_plain_text_without_markup_or_preview(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    number = await channel.send("5", HELLO)
    (sent,) = telegram.sent
    assert (sent.chat_id, sent.text, sent.buttons) == (5, HELLO.text, ())
    (call,) = telegram.called("sendMessage")
    assert "parse_mode" not in call
    assert call["link_preview_options"] == {"is_disabled": True}
    assert number.isdigit()


async def test_send_buttons(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    buttons = tuple(ShownButton(id=f"b{number:023}", title="ه" * 64) for number in range(100))
    await channel.send("5", Outgoing(text="Which?", language="fa", buttons=buttons[:60]))
    assert telegram.sent[0].buttons == tuple((button.title, button.id) for button in buttons[:60])


async def test_send_button_that_shares_the_place_and_goes_away_again(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await channel.send("5", Outgoing(text="Where?", language="tr", asks_for_location=True))
    await channel.send("5", Outgoing(text="Thank you", language="tr"))
    asked, thanked = (sent.markup for sent in telegram.sent)
    assert asked["keyboard"] == [[{"text": "Konumumu gönder", "request_location": True}]]
    assert thanked == {"remove_keyboard": True}


@pytest.mark.parametrize(
    "text",
    ["x" * TEXT_LIMIT, "😀" * TEXT_LIMIT, "سلام 😀 " * 650, "a\ud800b", "\U0001f1f9\U0001f1f7\n" * 1300],
    ids=["letters", "emoji", "words", "surrogate", "flags"],
)
async def test_send_text_of_any_characters(
    telegram: FakeTelegram, channel: TelegramChannel, text: str
) -> None:
    await channel.send("5", Outgoing(text=text, language="en"))
    assert all(units(sent.text) <= TEXT_LIMIT for sent in telegram.sent)
    received = "".join(sent.text for sent in telegram.sent)
    assert received.replace(" ", "").replace("\n", "") == text.replace("\ud800", "\ufffd").replace(
        " ", ""
    ).replace("\n", "")


async def test_send_long_text_has_its_buttons_under_the_last_piece(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    button = ShownButton(id="b", title="B")
    await channel.send("5", Outgoing(text="😀" * TEXT_LIMIT, language="en", buttons=(button,)))
    assert [sent.buttons for sent in telegram.sent] == [(), (("B", "b"),)]


async def test_send_with_long_button_id_is_refused_and_says_why(
    telegram: FakeTelegram, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    button = ShownButton(id="secret" * 20, title="B")
    with pytest.raises(Refused):
        await channel.send("5", Outgoing(text="a", language="en", buttons=(button,)))
    assert "expected a button id of 1 to 64 bytes, got 120" in caplog.text
    assert "secret" not in caplog.text
    assert telegram.sent == []


@pytest.mark.parametrize(
    ("refusal", "reason", "code"),
    [
        (BLOCKED, "blocked", 403),
        (Refusal(400, "Bad Request: chat not found"), "refused", 400),
        (MIGRATED, "refused", 400),
    ],
)
async def test_send_refused(
    telegram: FakeTelegram, channel: TelegramChannel, refusal: Refusal, reason: str, code: int
) -> None:
    telegram.fail("sendMessage", refusal)
    with pytest.raises(Refused) as caught:
        await channel.send("5", HELLO)
    assert (caught.value.reason, caught.value.code) == (reason, code)
    assert (caught.value.__suppress_context__, caught.value.__cause__) == (True, None)


@pytest.mark.parametrize("refusal", [BAD_TOKEN, NO_BOT])
async def test_send_with_bad_token_is_loud_and_tried_again(
    telegram: FakeTelegram, channel: TelegramChannel, caplog: pytest.LogCaptureFixture, refusal: Refusal
) -> None:
    telegram.fail("sendMessage", refusal)
    with pytest.raises(TryLater) as caught:
        await channel.send("5", HELLO)
    assert caught.value.seconds == 60
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "MERHABA_TELEGRAM_TOKEN" in record.getMessage()


@pytest.mark.parametrize(
    ("trouble", "seconds", "arrived"),
    [
        (TOO_FAST, 3.0, 0),
        (Refusal(500), None, 0),
        (Refusal(502, "Bad Gateway"), None, 0),
        (Refusal(409), None, 0),
        ("hang", None, 0),
        ("lost", None, 1),
        ("garbage", None, 1),
    ],
)
async def test_send_later(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    trouble: Trouble | Refusal,
    seconds: float | None,
    arrived: int,
) -> None:
    telegram.fail("sendMessage", trouble)
    with pytest.raises(TryLater) as caught:
        await channel.send("5", HELLO)
    assert caught.value.seconds == seconds
    assert len(telegram.sent) == arrived
    assert not any(secret in str(caught.value) for secret in SECRETS)
    await channel.send("5", HELLO)
    assert len(telegram.sent) == arrived + 1


async def test_send_while_nobody_listens(channel: TelegramChannel, telegram: FakeTelegram) -> None:
    nowhere = TelegramChannel(channel._identity, channel._texts, TOKEN, url="http://127.0.0.1:9")
    with pytest.raises(TryLater):
        await nowhere.send("5", HELLO)
    await nowhere.close()


async def test_send_many_at_once(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    numbers = await asyncio.gather(*(channel.send(str(chat), HELLO) for chat in range(1, 101)))
    assert len(set(numbers)) == 100
    assert {sent.chat_id for sent in telegram.sent} == set(range(1, 101))


def pressed(receipt: str | None = "98765", address: str | None = "5") -> Inbound:
    return Inbound(
        conversation_id="telegram-1",
        channel="telegram",
        client_id="1",
        address=address,
        button="b",
        receipt=receipt,
    )


async def test_seen_shows_typing_and_answers_the_press(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await channel.seen(pressed())
    assert telegram.called("sendChatAction") == [{"chat_id": 5, "action": "typing"}]
    assert [call["callback_query_id"] for call in telegram.called("answerCallbackQuery")] == ["98765"]


async def test_seen_without_press(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    await channel.seen(pressed(receipt=None))
    assert [name for name, _ in telegram.calls] == ["sendChatAction"]


@pytest.mark.parametrize("trouble", [BAD_TOKEN, BLOCKED, Refusal(500), "lost", "garbage"])
async def test_seen_never_fails(
    telegram: FakeTelegram, channel: TelegramChannel, trouble: Trouble | Refusal
) -> None:
    telegram.fail("sendChatAction", trouble)
    telegram.fail("answerCallbackQuery", trouble)
    await channel.seen(pressed())


async def test_seen_gives_up_after_two_seconds(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    telegram.fail("sendChatAction", "hang")
    patient = TelegramChannel(channel._identity, channel._texts, TOKEN, url=telegram.url, timeout=20)
    start = time.monotonic()
    await patient.seen(pressed())
    assert 1.5 < time.monotonic() - start < 3
    await patient.close()


async def test_invite_is_not_needed(channel: TelegramChannel) -> None:
    assert await channel.invite("5", "en") is None


async def test_log_holds_neither_token_nor_words(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture, channel: TelegramChannel
) -> None:
    caplog.set_level(logging.DEBUG)
    fresh = TelegramChannel(channel._identity, channel._texts, TOKEN, url=telegram.url, timeout=0.3)
    for trouble in (TOO_FAST, BAD_TOKEN, NO_BOT, BLOCKED, MIGRATED, Refusal(500), "hang", "lost", "garbage"):
        telegram.fail("sendMessage", trouble)
        with pytest.raises((TryLater, Refused)):
            await fresh.send("5", HELLO)
    await fresh.send("5", HELLO)
    await fresh.seen(pressed())
    assert fresh.parse_or_skip({"update_id": 1, "message": {"text": "Hello", "chat": "Hello"}}) == ()
    await fresh.close()
    assert "skipped: cannot read message.chat" in caplog.text
    assert [secret for secret in SECRETS if secret in caplog.text] == []
