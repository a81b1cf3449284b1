"""What Telegram shows about the bot before the first word: its commands and descriptions."""

import logging
from typing import get_args

from telegram import BotCommand
from telegram.error import BadRequest

from bot.base.languages import languages
from bot.base.texts import REFERENCE, Texts
from bot.pipeline.inbound import Command
from channels.telegram.api import TelegramApi

# Telegram takes two-letter codes. Kurdish has one for all its forms: Kurmanji gets it. Sorani has none of its
# own, so people whose app is in Sorani see the texts without a language, which are English.
_CODES = {"kmr": "ku"}

_log = logging.getLogger(__name__)


async def describe_bot(api: TelegramApi, texts: Texts) -> None:
    """Register commands and descriptions in every language. A failure is a warning in the log, not more."""
    shown: dict[str | None, str] = {None: REFERENCE}
    shown |= {theirs: code for code in languages() if len(theirs := _CODES.get(code, code)) == 2}
    for code, language in shown.items():
        try:
            await _describe(api, texts, language, code)
        except BadRequest:
            _log.warning("Telegram did not take the commands and descriptions in %r", language)
        except Exception as error:
            _log.warning("the bot's commands and descriptions are not up to date (%s)", type(error).__name__)
            return


async def _describe(api: TelegramApi, texts: Texts, language: str, code: str | None) -> None:
    commands = [BotCommand(name, texts.get(language, f"command_{name}")) for name in get_args(Command)]
    await api.set_my_commands(commands, language_code=code)
    await api.set_my_description(texts.get(language, "telegram_description"), language_code=code)
    await api.set_my_short_description(texts.get(language, "telegram_short_description"), language_code=code)
