import logging
from typing import Any

import httpx
import pytest
from pywa.errors import WhatsAppError

from bot.pipeline.channel import Reason, Refused, TryLater
from channels.whatsapp.failures import outcome


def error(number: int, status: int = 400, retry_after: str = "", **more: Any) -> WhatsAppError:
    headers = [(b"Retry-After", retry_after.encode())] if retry_after else []
    body = {"code": number, "message": "to 905551234567: hello", **more}
    return WhatsAppError.from_dict(body, httpx.Response(status, headers=headers))


@pytest.mark.parametrize(
    ("number", "status", "seconds"),
    [
        (4, 400, 5),
        (80007, 400, 5),
        (130429, 400, 1),
        (131056, 400, 6),
        (131048, 400, 600),
        (429, 429, None),
        (131000, 500, None),
        (131016, 503, None),
        (131057, 400, None),
        (2, 503, None),
        (1, 400, None),
        (500, 500, None),
        (408, 408, None),
    ],
)
def test_outcome_is_later(number: int, status: int, seconds: float | None) -> None:
    found = outcome(error(number, status))
    assert isinstance(found, TryLater)
    assert found.seconds == seconds


@pytest.mark.parametrize(
    ("number", "status", "retry_after", "seconds"),
    [
        (130429, 429, "7", 7),
        (131056, 400, "0", 6),
        (131016, 503, "20", 20),
        (131016, 503, "99999", 3600),
        (131016, 503, "Wed, 21 Oct 2026 07:28:00 GMT", None),
        (131016, 503, "²", None),
    ],
)
def test_outcome_with_a_wish_to_wait(
    number: int, status: int, retry_after: str, seconds: float | None
) -> None:
    found = outcome(error(number, status, retry_after))
    assert isinstance(found, TryLater)
    assert found.seconds == seconds


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (131047, "window_closed"),
        (131026, "blocked"),
        (100, "refused"),
        (131009, "refused"),
        (131030, "refused"),
        (132001, "refused"),
        (999_999, "refused"),
    ],
)
def test_outcome_is_never(number: int, reason: Reason) -> None:
    found = outcome(error(number))
    assert isinstance(found, Refused)
    assert (found.reason, found.code) == (reason, number)


@pytest.mark.parametrize(
    ("number", "status", "more"),
    [
        (190, 401, {}),
        (0, 401, {}),
        (10, 403, {}),
        (200, 403, {}),
        (299, 403, {}),
        (368, 403, {}),
        (131042, 400, {}),
        (131045, 500, {}),
        (100, 400, {"error_subcode": 33}),
        (401, 401, {}),
        (403, 403, {}),
    ],
)
def test_outcome_when_our_account_is_at_fault(
    number: int, status: int, more: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    found = outcome(error(number, status, **more))
    assert isinstance(found, TryLater)
    assert found.seconds == 300
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "MERHABA_WHATSAPP_TOKEN" in record.getMessage()


def test_outcome_that_meta_calls_transient() -> None:
    assert isinstance(outcome(error(999_999, is_transient=True)), TryLater)


@pytest.mark.parametrize("number", [131047, 131056, 131016, 190, 100])
def test_outcome_says_nothing_about_the_message(number: int, caplog: pytest.LogCaptureFixture) -> None:
    found = outcome(error(number))
    assert "905551234567" not in f"{found!r} {found} {caplog.text}"
    assert "hello" not in f"{found!r} {found} {caplog.text}"
