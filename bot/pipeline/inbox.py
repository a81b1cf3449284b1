"""Accepting events: once this returns, an event is on disk and will be answered, whatever dies."""

import asyncio
import logging
from collections.abc import Sequence

from redis.asyncio import Redis

from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.base.sealing import Unreadable
from bot.pipeline.inbound import Event, Inbound
from bot.pipeline.streams import ACCEPT, HORIZON, inbox, partition_of

logger = logging.getLogger(__name__)


class Inbox:
    """The entrance of the streams. Touches no SQL, so that it works while the record is away.

    The server writes to disk before it answers (`appendfsync always`)."""

    def __init__(self, redis: Redis, keys: ConversationKeys, identity: Identity, per_minute: int) -> None:
        self._redis = redis
        self._keys = keys
        self._identity = identity
        self._per_minute = per_minute
        self._accept = redis.register_script(ACCEPT)

    async def accept(self, events: Sequence[Event]) -> Sequence[int]:
        """Store events in their order. Raises RedisError when that is not sure,
        Unreadable when the key of none of them can be opened.

        Returns for each: 1 when it was new, 0 when known, -1 when the person writes far too much. What a
        platform says about a person of whom nothing is held counts as known: it must not make a new key.

        Accepting again what was stored does nothing, so the caller may repeat a failed call."""
        # One thread for the keys of all: files are read, and made for new conversations.
        sealed = await asyncio.to_thread(self._sealed, events)
        new = [(event, text) for event, text in zip(events, sealed, strict=True) if text]
        keys = [key for event, _ in new for key in self._keys_of(event)]
        values = [value for pair in new for value in self._values(*pair)]
        outcomes = iter(await self._accept(keys=keys, args=[HORIZON, *values]) if new else ())
        found = [int(next(outcomes)) if text else 0 for text in sealed]
        if -1 in found:
            logger.warning("a person writes far too much; a message was not stored")
        return found

    def _sealed(self, events: Sequence[Event]) -> list[str | None]:
        sealed, failure = [], None
        for event in events:
            try:
                sealed.append(self._seal(event))
            except Unreadable as error:  # one damaged key must not keep the messages of others out
                logger.error("the key of a conversation cannot be opened; a message was not stored")
                sealed.append(None)
                failure = error
        if failure and not any(sealed):
            raise failure
        return sealed

    def _seal(self, event: Event) -> str | None:
        id, is_said = event.conversation_id, isinstance(event, Inbound)
        sealer = self._keys.get_or_create(id) if is_said else self._keys.find(id)
        return sealer.seal(event.model_dump_json(exclude_none=True)) if sealer else None

    def _keys_of(self, event: Event) -> tuple[str, str, str]:
        id = event.conversation_id
        mark = self._identity.digest(f"{event.channel} {id} {event.client_id}")
        return f"seen:{mark}", inbox(partition_of(id)), f"rate:{id}"

    def _values(self, event: Event, sealed: str) -> tuple[str, str, str, int]:
        limited = isinstance(event, Inbound) and event.channel != "test"
        return event.conversation_id, sealed, event.kind, self._per_minute if limited else 0
