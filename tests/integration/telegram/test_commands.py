import logging

import pytest

from bot.base.texts import Texts
from channels.telegram.channel import TelegramChannel
from channels.telegram.commands import describe_bot
from tests.support.fake_telegram import TOKEN, TOO_FAST, FakeTelegram, Refusal, Trouble

TEXTS = Texts()
CODES = [None, "en", "tr", "ar", "fa", "ps", "so", "ku", "ru"]


async def test_describe_bot_in_every_language_that_telegram_knows(
    telegram: FakeTelegram, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    await describe_bot(channel.api, TEXTS)
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        assert [call.get("language_code") for call in telegram.called(method)] == CODES
    commands = {call.get("language_code"): call["commands"] for call in telegram.called("setMyCommands")}
    assert [one["command"] for one in commands["ku"]] == [
        *("start", "language", "help", "human", "delete", "privacy")
    ]
    assert commands["ku"][3]["description"] == TEXTS.get("kmr", "command_human")
    assert commands[None] == commands["en"]
    described = telegram.called("setMyDescription")[4]
    assert described == {
        "language_code": "fa",
        "description": TEXTS.get("fa", "telegram_description"),
    }
    assert caplog.records == []


async def test_describe_bot_goes_on_after_a_language_that_is_refused(
    telegram: FakeTelegram, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail("setMyDescription", Refusal(400, "Bad Request: language"))
    await describe_bot(channel.api, TEXTS)
    assert len(telegram.called("setMyShortDescription")) == len(CODES) - 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("trouble", [TOO_FAST, Refusal(500), Refusal(401), "lost", "garbage"])
async def test_describe_bot_in_trouble_only_warns(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    caplog: pytest.LogCaptureFixture,
    trouble: Trouble | Refusal,
) -> None:
    telegram.fail("setMyCommands", trouble)
    await describe_bot(channel.api, TEXTS)
    assert len(telegram.called("setMyCommands")) <= 1  # does not go on asking
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert TOKEN not in caplog.text
