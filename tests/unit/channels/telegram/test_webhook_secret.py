import re

import pytest

from channels.telegram.routes import webhook_secret
from tests.support.fake_telegram import TOKEN


def test_webhook_secret_from_token_is_stable_and_hides_it() -> None:
    secret = webhook_secret(TOKEN)
    assert secret == webhook_secret(f"{TOKEN}\n")
    assert secret != webhook_secret(TOKEN + "x")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret)
    assert not any(part in secret for part in TOKEN.split(":"))


def test_webhook_secret_that_was_chosen() -> None:
    assert webhook_secret(TOKEN, "Own-secret_1") == "Own-secret_1"


@pytest.mark.parametrize("chosen", ["has space", "é", "x" * 257, "line\n"])
def test_webhook_secret_that_telegram_would_refuse(chosen: str) -> None:
    with pytest.raises(ValueError, match="expected MERHABA_TELEGRAM_SECRET as 1 to 256 of") as caught:
        webhook_secret(TOKEN, chosen)
    assert chosen not in str(caught.value)
