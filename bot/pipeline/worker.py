"""Working through the inbox: each event is dealt with, tried again, or set aside for people to see."""

import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from redis.asyncio import Redis

from bot.base.conversation_keys import ConversationKeys
from bot.base.sealing import Unreadable
from bot.pipeline.entries import Again, Entry
from bot.pipeline.inbound import Event, Inbound, event_adapter
from bot.pipeline.outbox import Outbox, Sending
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.streams import inbox
from bot.pipeline.tries import Tries

logger = logging.getLogger(__name__)

MOST_TRIES = 5
_PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds before the second to fifth try, with up to half more by chance


class AnswerLater(Exception):
    """No answer now. `meanwhile` is what to tell the person, once."""

    def __init__(self, meanwhile: Sequence[Sending]) -> None:
        super().__init__("no answer now")
        self.meanwhile = meanwhile


class Handler(Protocol):
    """What an event leads to."""

    async def handle(self, event: Event, over: int) -> Sequence[Sending]:
        """Deal with an event; returns what to send. `over` is by how many messages the person is over
        their limit. Doing it again gives the same result. Raises AnswerLater, or anything."""

    async def is_urgent(self, event: Event) -> bool:
        """Whether an event tells of an emergency; what `handle` says to it then needs nobody else."""

    async def unreadable(self, conversation_id: str) -> Sequence[Sending]:
        """Deal with a message that nobody can read any more; returns what to tell the person."""

    async def give_up(self, event: Event) -> Sequence[Sending]:
        """Hand an event over to people; returns what to tell the person. Doing it again gives the same."""


class Worker:
    """Processes the entries of the inbox."""

    def __init__(
        self,
        redis: Redis,
        keys: ConversationKeys,
        outbox: Outbox,
        quarantine: Quarantine,
        handler: Handler,
        ready: Callable[[], Awaitable[None]],
        hours: int = 24,
    ) -> None:
        """`hours`: what has waited longer is not answered by the bot any more."""
        self._keys = keys
        self._outbox = outbox
        self._quarantine = quarantine
        self._handler = handler
        self._ready = ready
        self._oldest = hours * 3600
        self._tries = Tries(redis, inbox)
        # What was dealt with although the streams do not know yet: the server was away just then.
        # What another worker ends after that stays here, which is rare and small.
        self._dealt_with: dict[str, Sequence[Sending]] = {}

    async def process(self, entry: Entry) -> None:
        """Deal with one entry. Raises Again, LeaseLost, RedisError."""
        if entry.key not in self._dealt_with:
            # Counted on disk before anything is tried, so that a message that kills the process is noticed.
            tried = await self._tries.count(entry)
            if tried > MOST_TRIES or time.time() - entry.seconds > self._oldest:
                await self._set_aside(entry)
                return
            self._dealt_with[entry.key] = await self._try(entry, tried)
        await self._outbox.finish(entry, inbox, self._dealt_with[entry.key])
        del self._dealt_with[entry.key]

    async def process_if_urgent(self, entry: Entry) -> bool:
        """Deal with an entry before its turn if it tells of an emergency; whether it did. Never fails."""
        try:
            event = self._open(entry)
            if event is None or not await self._handler.is_urgent(event):
                return False
            sendings = await self._handler.handle(event, int(entry.fields["over"]))
            await self._outbox.finish(entry, inbox, sendings)
        except Exception as error:
            logger.warning("an entry waits for its turn: %s", type(error).__name__)
            return False
        return True

    def _open(self, entry: Entry) -> Event | None:
        """The event; None where its key was destroyed, so that nobody can read it any more."""
        sealer = self._keys.find(entry.conversation_id)
        try:
            text = sealer.open(entry.fields["sealed"]) if sealer else None
        except Unreadable:  # the key is a new one: the person came back after everything was deleted
            text = None
        event = event_adapter.validate_json(text) if text else None
        return event.model_copy(update={"at": entry.accepted_at}) if isinstance(event, Inbound) else event

    async def _try(self, entry: Entry, tried: int) -> Sequence[Sending]:
        try:
            event = self._open(entry)
            if event:
                return await self._handler.handle(event, int(entry.fields["over"]))
            if entry.fields["kind"] == "message":
                return await self._handler.unreadable(entry.conversation_id)
            return []
        except AnswerLater as later:
            await self._outbox.add_once(entry, later.meanwhile)
            raise Again(_pause(tried), self._ready) from None
        except Exception as error:
            logger.error("event not handled at try %d: %s", tried, type(error).__name__)
            raise Again(_pause(tried), self._ready) from None

    async def _set_aside(self, entry: Entry) -> None:
        told: Sequence[Sending] | None = []
        try:
            event = self._open(entry)
            told = await self._handler.give_up(event) if event else None
        except Exception as error:  # it must leave the road even when the record is away
            logger.error("person not told of a message that was set aside: %s", type(error).__name__)
        if told is None:
            await self._outbox.finish(entry, inbox, [])
        else:
            await self._quarantine.set_aside(entry, "inbox", "tried too often or waited too long", told)


def _pause(tried: int) -> float:
    return _PAUSES[min(tried, len(_PAUSES)) - 1] * random.uniform(1.0, 1.5)  # noqa: S311  (no secret)
