"""The channels that the settings turn on."""

from bot.base.identity import Identity
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.channel import Channel
from channels.telegram.channel import TelegramChannel
from channels.whatsapp.channel import WhatsAppChannel


def configured_channels(settings: Settings, identity: Identity, texts: Texts) -> dict[str, Channel]:
    """Channels that send, by name. Raises ValueError where settings of a channel are missing."""
    found: dict[str, Channel] = {}
    telegram, whatsapp = (
        telegram_channel(settings, identity, texts),
        whatsapp_channel(settings, identity),
    )
    if telegram:
        found[telegram.name] = telegram
    if whatsapp:
        found[whatsapp.name] = whatsapp
    return found


def telegram_channel(settings: Settings, identity: Identity, texts: Texts) -> TelegramChannel | None:
    """The Telegram bot, if there is a token."""
    token = settings.telegram_token.get_secret_value()
    return TelegramChannel(identity, texts, token, url=settings.telegram_url) if token else None


def whatsapp_channel(settings: Settings, identity: Identity) -> WhatsAppChannel | None:
    """The WhatsApp number, if there is one. Raises ValueError without the secrets that it needs."""
    return WhatsAppChannel(settings, identity) if settings.whatsapp_phone_id else None
