"""How long an operator may still write freely to a person: some platforms close that after a while."""

from datetime import datetime, timedelta

from bot.pipeline.inbound import channel_of
from channels.telegram.channel import TelegramChannel
from channels.whatsapp.channel import WhatsAppChannel

_HOURS = {channel.name: channel.capabilities.window_hours for channel in (TelegramChannel, WhatsAppChannel)}


def time_to_write(conversation_id: str, heard_at: datetime | None, at: datetime) -> str:
    """Hours and minutes that are left at `at`, "template only" once there are none, "any time" where the
    platform sets no limit."""
    hours = _HOURS.get(channel_of(conversation_id))
    if hours is None:
        return "any time"
    left = heard_at + timedelta(hours=hours) - at if heard_at else timedelta()
    minutes = int(left.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min left" if minutes > 0 else "template only"
