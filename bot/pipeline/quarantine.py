"""Entries that were tried too often, kept until people look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.pipeline.entries import ACCEPTED, Entry
from bot.pipeline.outbox import Sending
from bot.pipeline.streams import QUARANTINE, SET_ASIDE, decoded, inbox, lease, outbox, partition_of, tries

_STREAMS = {"inbox": inbox, "outbox": outbox}
# Keys: quarantine, stream. Arguments: entry, then its fields. Puts an entry back at the end of its stream.
_REPLAY = """
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
return 1
"""


@dataclass(frozen=True)
class SetAside:
    """One entry in quarantine. Its content stays sealed."""

    id: str
    conversation_id: str
    stream: str
    reason: str
    at: datetime


class Quarantine:
    """The stream of entries that were set aside."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._set_aside = redis.register_script(SET_ASIDE)
        self._replay = redis.register_script(_REPLAY)

    async def set_aside(
        self, entry: Entry, stream: str, reason: str, sendings: Sequence[Sending] = ()
    ) -> None:
        """Move an entry here and queue what the person is told, in one step.

        Nothing happens when another worker has its partition now."""
        name = _STREAMS[stream](entry.partition)
        told = [value for item in sendings for value in (item.conversation_id, item.message, item.part)]
        # Its id will be another one; a person did not write again because somebody replays a message.
        kept = {ACCEPTED: entry.id.split("-")[0], **entry.fields}
        fields = [part for field in kept.items() for part in field]
        await self._set_aside(
            keys=[lease(entry.partition), name, tries(name), QUARANTINE, outbox(entry.partition)],
            args=[entry.token, entry.id, stream, reason, len(told), *told, *fields],
        )

    async def entries(self) -> list[SetAside]:
        """What is here, oldest first."""
        return [
            SetAside(
                id=id,
                conversation_id=fields["conversation"],
                stream=fields["stream"],
                reason=fields["reason"],
                at=datetime.fromtimestamp(int(id.split("-")[0]) / 1000, UTC),
            )
            for id, fields in decoded(await self._redis.xrange(QUARANTINE))
        ]

    async def replay(self, id: str) -> bool:
        """Put an entry back at the end of its stream; False when it is not here."""
        found = decoded(await self._redis.xrange(QUARANTINE, id, id))
        if not found:
            return False
        fields = found[0][1]
        stream = _STREAMS[fields.pop("stream")](partition_of(fields["conversation"]))
        fields.pop("reason")
        flat = [part for field in fields.items() for part in field]
        return bool(await self._replay(keys=[QUARANTINE, stream], args=[id, *flat]))

    async def drop(self, id: str) -> bool:
        """Delete an entry for good; False when it is not here."""
        return bool(await self._redis.xdel(QUARANTINE, id))

    async def forget(self, conversation_id: str) -> None:
        """Delete the entries of one conversation."""
        for entry in await self.entries():
            if entry.conversation_id == conversation_id:
                await self.drop(entry.id)

    async def purge(self, days: int) -> None:
        """Delete entries that have been here longer than that many days."""
        border = datetime.now(UTC) - timedelta(days=days)
        await self._redis.xtrim(QUARANTINE, minid=str(int(border.timestamp() * 1000)), approximate=False)
