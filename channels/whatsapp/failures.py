"""What Meta's refusals mean for a message: send it later, or never.

The meanings stand in Meta's list of error codes. What cannot be the message's fault is sent later: an expired
token or an unpaid bill of ours must cost nobody their answer."""

import logging

from pywa.errors import WhatsAppError

from bot.pipeline.channel import Refused, TryLater

logger = logging.getLogger(__name__)

_WINDOW_CLOSED = 131047
# Not on WhatsApp, an old app, or terms not accepted; what Meta also says about people who blocked us.
_CANNOT_BE_REACHED = 131026
# Seconds to wait. To one person we may send a message every 6 s once a burst is used up; too many complaints
# about us pass only slowly; the others count within seconds.
_TOO_FAST = {4: 5.0, 80007: 5.0, 130429: 1.0, 131056: 6.0, 131048: 600.0, 133016: 600.0}
_FAULTS_OF_META = (1, 2, 131000, 131016, 131057, 133004)
# Token, permissions, payment, registration or standing of our account.
_OUR_ACCOUNT = (0, 3, 10, 33, 190, *range(200, 300), 368, 131005, 131031, 131037, 131042, 131045, 133010)
_UNKNOWN_NUMBER = (100, 33)  # code and subcode: our phone number does not exist, or not for this token
_ACCOUNT_PAUSE = 300.0  # seconds; somebody has to mend it first
_LONGEST_PAUSE = 3600.0


def outcome(error: WhatsAppError) -> TryLater | Refused:
    """What the pipeline should know about a message that Meta did not take."""
    code, status = error.code, error.status_code or 0
    if code == _WINDOW_CLOSED:
        return Refused("window_closed", code)
    if code == _CANNOT_BE_REACHED:
        return Refused("blocked", code)
    if code in _TOO_FAST or status == 429:
        return TryLater(f"WhatsApp asked to wait, code {code}", _asked(error) or _TOO_FAST.get(code))
    if code in _OUR_ACCOUNT or (code, error.subcode) == _UNKNOWN_NUMBER or status in (401, 403):
        return _account_trouble(code, status)
    if code in _FAULTS_OF_META or status in (0, 408) or status >= 500 or error.is_transient is True:
        return TryLater(f"WhatsApp is in trouble, code {code}", _asked(error))
    return Refused("refused", code)


def _account_trouble(code: int, status: int) -> TryLater:
    logger.error(
        "WhatsApp does not accept our account (code %d, status %d): check MERHABA_WHATSAPP_TOKEN and "
        "MERHABA_WHATSAPP_PHONE_ID, and the account in Meta's settings; until then messages wait",
        code,
        status,
    )
    return TryLater(f"WhatsApp does not accept our account, code {code}", _ACCOUNT_PAUSE)


def _asked(error: WhatsAppError) -> float | None:
    """Seconds that the answer asks us to wait."""
    value = error.raw_response.headers.get("Retry-After", "") if error.raw_response is not None else ""
    return min(float(value), _LONGEST_PAUSE) if value.isascii() and value.isdigit() else None
