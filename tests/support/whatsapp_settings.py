"""Settings of a WhatsApp number for tests."""

from typing import Any

from bot.base.settings import Settings
from tests.support.fake_whatsapp import TOKEN
from tests.support.whatsapp_updates import PHONE_ID

APP_SECRET = "secret of the app"
VERIFY_TOKEN = "wörd of the webhook"


def whatsapp_settings(**changed: Any) -> Settings:
    """Complete settings, but for what is `changed`; nothing is read from files."""
    complete = {
        "whatsapp_phone_id": PHONE_ID,
        "whatsapp_token": TOKEN,
        "whatsapp_app_secret": APP_SECRET,
        "whatsapp_verify_token": VERIFY_TOKEN,
        "whatsapp_template": "come_back",
        "whatsapp_url": "http://127.0.0.1:9/v23.0",
    }
    return Settings(_env_file=None, **{**complete, **changed})
