"""Sending what the outbox holds: once each, in the order of each conversation, as fast as platforms allow."""

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot.base.record import Conversation, now
from bot.base.texts import Texts
from bot.pipeline.channel import Channel, Refused, TryLater
from bot.pipeline.conversations import Conversations
from bot.pipeline.entries import Again, Entry
from bot.pipeline.inbound import Delivery, DeliveryState, channel_of
from bot.pipeline.invitations import Invitations
from bot.pipeline.messages import Messages
from bot.pipeline.outbox import LeaseLost, Outbox
from bot.pipeline.pace import Pace
from bot.pipeline.parts import parts
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.stored import StoredMessage
from bot.pipeline.streams import outbox as outbox_stream
from bot.pipeline.tries import Tries

logger = logging.getLogger(__name__)

MOST_TRIES = 5  # of a reply that fails for a reason of ours
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds between tries; they double
_MOST_DOUBLINGS = 10  # a float has no room for those of a whole day
_AT_ONCE = 64  # messages on their way to one platform


class Sender:
    """Processes the entries of the outbox."""

    def __init__(
        self,
        redis: Redis,
        conversations: Conversations,
        messages: Messages,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        texts: Texts,
        hours: int = 24,
    ) -> None:
        """`hours`: a reply that could not be sent for so long is given up."""
        self._conversations = conversations
        self._messages = messages
        self._outbox = outbox
        self._quarantine = Quarantine(redis)
        self._channels = channels
        self._texts = texts
        self._oldest = hours * 3600
        self._tries = Tries(redis, outbox_stream)
        self._pace = Pace(redis)
        self._invitations = Invitations(redis)
        # A platform that hangs must not hold up what goes to the others.
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))
        # What a platform has taken although the streams do not know yet: the server was away just then.
        self._taken: dict[str, str] = {}

    async def process(self, entry: Entry) -> None:
        """Send one part. Raises Again, LeaseLost, and what record and streams raise while they are away."""
        try:
            await self._process(entry)
        except (Again, LeaseLost, RedisError, SQLAlchemyError, OSError):
            raise
        except Exception as error:  # a fault of ours must not hold up the conversation for ever
            logger.error("a reply cannot be sent: %s", type(error).__name__)
            if await self._tries.count(entry) < MOST_TRIES:
                raise Again(_FIRST_PAUSE) from None
            await self._quarantine.set_aside(entry, "outbox", "cannot be sent")

    async def _process(self, entry: Entry) -> None:
        message = await self._messages.message(int(entry.fields["message"]))
        conversation = await self._conversations.find(entry.conversation_id)
        if not (message and conversation):  # forgotten meanwhile; sealing a note would make a new key
            await self._outbox.finish(entry, outbox_stream, [])
            return
        channel = self._channels.get(conversation.channel)  # None where it was switched off
        address = self._conversations.address(conversation)
        too_old = time.time() - entry.seconds > self._oldest
        if not (channel and address) or conversation.blocked or too_old:
            await self._note(entry, "failed")
        elif entry.key not in self._taken and _is_closed(conversation, channel):
            await self._hold(entry, channel, address, message)
        else:
            await self._send(entry, channel, address, message)

    async def _send(self, entry: Entry, channel: Channel, address: str, message: StoredMessage) -> None:
        shown, number = parts(message, channel.capabilities, self._texts), int(entry.fields["part"])
        if number >= len(shown):  # an upgrade made the texts around it shorter
            await self._note(entry, "failed")
            return
        try:
            if entry.key not in self._taken:
                async with self._slots[channel.name]:
                    await self._wait(entry, channel)
                    if not entry.is_ours():  # its next holder sends it
                        raise LeaseLost
                    self._taken[entry.key] = await channel.send(address, shown[number])
            await self._note(entry, "sent", self._taken[entry.key])
            self._taken.pop(entry.key)
        except TryLater as later:
            raise Again(await self._pause(entry, later)) from None
        except Refused as refused:
            await self._refused(entry, channel, address, message, refused)

    async def _wait(self, entry: Entry, channel: Channel) -> None:
        await self._pace.wait(
            channel.name, entry.conversation_id, channel.per_second, channel.per_second_and_chat
        )

    async def _refused(
        self, entry: Entry, channel: Channel, address: str, message: StoredMessage, refused: Refused
    ) -> None:
        logger.warning("%s refused a message: %s", channel.name, refused)
        if refused.reason == "window_closed":
            await self._hold(entry, channel, address, message)
            return
        if refused.reason == "blocked":
            await self._conversations.set_blocked(entry.conversation_id, True)
        await self._note(entry, "failed", error=refused.code)

    async def _hold(self, entry: Entry, channel: Channel, address: str, message: StoredMessage) -> None:
        """Keep a part until the person writes again, and ask them to, where the platform allows that."""
        language = message.language or "en"
        await self._invitations.invite(channel, entry.conversation_id, address, language)
        await self._note(entry, "held")

    async def _note(
        self, entry: Entry, state: DeliveryState, platform_id: str | None = None, error: int | None = None
    ) -> None:
        delivery = Delivery(
            conversation_id=entry.conversation_id,
            channel=channel_of(entry.conversation_id),
            client_id=entry.id,
            platform_id=platform_id,
            state=state,
            error=error,
            message=int(entry.fields["message"]),
            part=int(entry.fields["part"]),
            at=now(),
        )
        await self._outbox.sent(entry, delivery)

    async def _pause(self, entry: Entry, later: TryLater) -> float:
        tried = await self._tries.count(entry)
        logger.warning("a message was not taken at try %d: %s", tried, later)
        pause = min(_FIRST_PAUSE * 2.0 ** min(tried - 1, _MOST_DOUBLINGS), _LONGEST_PAUSE)
        return max(pause * random.uniform(1.0, 1.3), later.seconds or 0.0)  # noqa: S311  (no secret)


def _is_closed(conversation: Conversation, channel: Channel) -> bool:
    """Whether so much time has passed since the person wrote that the platform takes only templates."""
    hours = channel.capabilities.window_hours
    heard = conversation.last_heard_at
    return bool(hours and heard and now() - heard > timedelta(hours=hours))
