import logging
from datetime import timedelta

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TimedOut

from channels.telegram.failures import keep_trying, pause_after


@pytest.mark.parametrize(
    ("error", "failures", "seconds"),
    [
        (NetworkError("x"), 1, 1.0),
        (TimedOut(), 4, 8.0),
        (OSError("x"), 100_000, 30.0),
        (RetryAfter(7), 1, 7.0),
        (RetryAfter(timedelta(seconds=9)), 1, 9.0),
        (Conflict("x"), 1, 15.0),
        (InvalidToken("x"), 1, 60.0),
    ],
)
def test_pause_after_failure(error: Exception, failures: int, seconds: float) -> None:
    assert pause_after(error, failures) == seconds


async def test_keep_trying_pauses_longer_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    errors = [NetworkError("secret"), NetworkError("secret"), Conflict("secret"), BadRequest("secret")]
    pauses: list[float] = []

    async def fail() -> None:
        if errors:
            raise errors.pop(0)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with caplog.at_level(logging.WARNING):
        await keep_trying(fail, sleep)
    assert pauses == [1, 2, 15, 8]
    assert "let only one service use its token; next try in 15 s" in caplog.text
    assert "MERHABA_PUBLIC_URL" in caplog.text
    assert "secret" not in caplog.text
