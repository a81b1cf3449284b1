"""What Telegram's refusals mean, and how long to pause after them.

Messages of exceptions can hold an address with the token in it, or words of a person: none goes further."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.pipeline.channel import Refused, TryLater

Sleep = Callable[[float], Awaitable[None]]

_LONGEST = 30.0  # seconds between tries
_AFTER_CONFLICT = 15.0
_AFTER_BAD_TOKEN = 60.0

_log = logging.getLogger(__name__)
# The library's coming form of waiting times; without it each refusal brings a warning about the old form.
os.environ.setdefault("PTB_TIMEDELTA", "true")


def outcome(error: Exception) -> TryLater | Refused:
    """What the pipeline should know about a message that was not sent."""
    match error:
        case RetryAfter():
            return TryLater("Telegram asked to wait", _seconds(error))
        case Forbidden():
            return Refused("blocked", 403)
        case InvalidToken():
            # Our fault, and soon mended: the message must not be lost for it.
            _log.error(explain(error))
            return TryLater("Telegram does not accept our token", _AFTER_BAD_TOKEN)
        case ChatMigrated() | BadRequest():
            return Refused("refused", 400)
    return TryLater(f"Telegram did not answer as expected ({type(error).__name__})")


def explain(error: Exception) -> str:
    """One line for the log."""
    match error:
        case InvalidToken():
            return (
                "Telegram does not accept MERHABA_TELEGRAM_TOKEN; set it to the token that @BotFather shows"
            )
        case Conflict():
            return "somebody else reads the updates of this Telegram bot; let only one service use its token"
        case BadRequest():
            return (
                "Telegram refused a request about updates; a webhook needs MERHABA_PUBLIC_URL "
                "as an https address on port 443, 80, 88 or 8443"
            )
    return f"receiving from Telegram failed ({type(error).__name__})"


def pause_after(error: Exception, failures: int) -> float:
    """Seconds to wait after the `failures`-th failure in a row."""
    match error:
        case RetryAfter():
            return _seconds(error)
        case InvalidToken():
            return _AFTER_BAD_TOKEN
        case Conflict():
            return _AFTER_CONFLICT
    return min(_LONGEST, 2.0 ** min(failures - 1, 10))


async def keep_trying(action: Callable[[], Awaitable[None]], sleep: Sleep = asyncio.sleep) -> None:
    """Run `action` until it succeeds, with a pause and a line in the log after each failure."""
    failures = 0
    while True:
        try:
            return await action()
        except Exception as error:
            failures += 1
            pause = pause_after(error, failures)
            _log.warning("%s; next try in %.0f s", explain(error), pause)
        await sleep(pause)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
