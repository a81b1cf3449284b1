"""The fake must notice requests that Telegram would not take, or the other tests prove little."""

import httpx
import pytest

from tests.support.fake_telegram import TOKEN, FakeTelegram


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendMessage", {"chat_id": 5}),
        ("sendMessage", {"chat_id": 5, "text": "a", "link_preview_options": "[]"}),
        (
            "sendMessage",
            {"chat_id": 5, "text": "a", "reply_markup": '{"keyboard": [[{"request_location": true}]]}'},
        ),
        ("sendMessage", {"chat_id": 5, "text": "a", "colour": "1"}),
        ("setMyCommands", {"commands": '[{"command": "start"}]'}),
        ("answerCallbackQuery", {}),
    ],
)
def test_fake_notices_bad_request(method: str, parameters: dict[str, str]) -> None:
    with FakeTelegram() as telegram:
        response = httpx.post(f"{telegram.url}/bot{TOKEN}/{method}", data=parameters)
        assert telegram.misshapen or response.status_code == 400
