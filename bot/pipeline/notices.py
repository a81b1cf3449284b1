"""Telling every process that something happened in a conversation. A notice carries no content."""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pipeline.listeners import Listeners, Notice
from bot.pipeline.streams import NOTICES

logger = logging.getLogger(__name__)
_PAUSE = 0.5  # seconds until a lost subscription is tried again
_QUIET = 1.0  # seconds to wait for a notice; below the client's time-out


class Notices:
    """Publishes notices, and passes those of all processes on to the listeners of this one."""

    def __init__(self, redis: Redis, listeners: Listeners) -> None:
        self._redis = redis
        self._listeners = listeners

    async def publish(self, conversation_id: str, notice: Notice) -> None:
        """Tell all processes. A notice that is lost is made up for when the subscription comes back."""
        try:
            await self._redis.publish(NOTICES, f"{conversation_id} {notice}")
        except RedisError as error:
            logger.warning("notice not published: %s", type(error).__name__)

    async def run(self) -> None:
        """Pass notices on until cancelled."""
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(NOTICES)
                    # Whatever was missed before the subscription stands in the record.
                    self._listeners.notify_all("message")
                    while True:
                        found = await subscription.get_message(ignore_subscribe_messages=True, timeout=_QUIET)
                        if found:
                            conversation_id, notice = found["data"].decode().split(" ")
                            self._listeners.notify(conversation_id, notice)
            except RedisError as error:
                logger.warning("notices not received: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE)
