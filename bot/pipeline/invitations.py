"""Asking people whose window has closed to write again, so that we may send what waits for them."""

import logging

from redis.asyncio import Redis

from bot.pipeline.channel import Channel, Refused, TryLater
from bot.pipeline.pace import Pace

logger = logging.getLogger(__name__)
_DAY = 24 * 3600  # seconds


class Invitations:
    """Invites a person once in a day, however many messages wait."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._pace = Pace(redis)

    async def invite(self, channel: Channel, conversation_id: str, address: str, language: str) -> None:
        """Ask the person to write again, where the platform allows that. Raises RedisError."""
        mark = f"invited:{conversation_id}"
        if not await self._redis.set(mark, "", nx=True, ex=_DAY):
            return
        await self._pace.wait(channel.name, conversation_id, channel.per_second, channel.per_second_and_chat)
        try:
            await channel.invite(address, language)
        except Refused as refused:
            logger.warning("%s refused an invitation: %s", channel.name, refused)
        except TryLater as later:
            logger.warning("%s did not take an invitation: %s", channel.name, later)
            await self._redis.delete(mark)  # the next message that has to wait tries again
