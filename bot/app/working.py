"""The loops that work through the streams: leases, inbox, outbox, notices."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import RedisError

from bot.app.loops import end_loops, start_loop
from bot.app.readiness import Readiness
from bot.app.stores import Stores
from bot.base.texts import Texts
from bot.pipeline.channel import Channel
from bot.pipeline.conversation import ConversationService
from bot.pipeline.deliveries import Deliveries
from bot.pipeline.invitations import Invitations
from bot.pipeline.leases import RENEW_EVERY, Leases
from bot.pipeline.outbox import Outbox
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.reader import Reader
from bot.pipeline.road import Desk, Road
from bot.pipeline.sender import Sender
from bot.pipeline.streams import inbox, outbox
from bot.pipeline.worker import Worker

logger = logging.getLogger(__name__)
_ANSWERED_AT_ONCE = 8
_SENT_AT_ONCE = 200  # the sender has its own limit for each platform
_LAST_WORDS = 1.5  # seconds for messages on their way when stopping: what is cut off is sent again later


@dataclass
class Working:
    """The loops and what they use."""

    leases: Leases
    readers: list[Reader]
    stores: Stores
    channels: Mapping[str, Channel]
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def start(self) -> None:
        """Begin to work."""
        loops: list[Coroutine[Any, Any, None]] = [self._renew(), self.stores.notices.run()]
        loops += [reader.run() for reader in self.readers]
        self._tasks = [start_loop(loop) for loop in loops]

    async def _renew(self) -> None:
        while True:
            try:
                await self.leases.refresh()
            except RedisError as error:
                logger.warning("leases not renewed: %s", type(error).__name__)
            await asyncio.sleep(RENEW_EVERY)

    def stop(self) -> None:
        """Begin nothing new. Comes before the listener stops, which Rasa needs for the answers under way."""
        for task in self._tasks:
            task.cancel()
        for reader in self.readers:
            reader.stop()

    async def close(self) -> None:
        """Stop reading, give the leases back and close the channels."""
        self.stop()
        await end_loops(self._tasks)
        await asyncio.gather(*(reader.close() for reader in self.readers))
        await self.leases.release()
        for channel in self.channels.values():
            await channel.close()


def build_working(
    stores: Stores,
    conversation: ConversationService,
    desk: Desk,
    texts: Texts,
    channels: Mapping[str, Channel],
    readiness: Readiness,
    hours: int,
) -> Working:
    """Connect the loops. `hours`: what has waited longer in the streams is given to people."""
    redis, leases, road_out = stores.redis, Leases(stores.redis), Outbox(stores.redis, stores.keys)
    road = Road(conversation, Deliveries(stores.storage), Invitations(redis), channels, desk, texts)
    worker = Worker(redis, stores.keys, road_out, Quarantine(redis), road, readiness.wait, hours)
    sender = Sender(redis, stores.conversations, stores.messages, road_out, channels, texts, hours)
    readers = [
        Reader(redis, leases, inbox, worker.process, _ANSWERED_AT_ONCE, worker.process_if_urgent),
        Reader(redis, leases, outbox, sender.process, _SENT_AT_ONCE, patience=_LAST_WORDS),
    ]
    return Working(leases, readers, stores, channels)
