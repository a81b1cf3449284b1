"""Deleting everything about a conversation."""

import asyncio
import logging
from collections.abc import Collection

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from bot.base.conversation_keys import ConversationKeys
from bot.base.sealing import Sealer, new_key
from bot.pipeline.conversations import Conversations
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.streams import decoded, inbox, partition_of

logger = logging.getLogger(__name__)

_TRACKER = "tracker:"  # prefix of Rasa's tracker store
_MARKS = ("rate:", "pace:", "invited:")  # prefixes of what is remembered for up to a day
_PATIENCE = 0.5  # seconds that an alarm waits for the streams at most
_PAUSE = 0.2  # seconds until a refused rewrite is asked for again


class Forgetting:
    """Deletes from the record, the streams and Rasa's tracker store, and destroys the conversation's key.

    What append-only files, write-ahead logs and backups still hold is unreadable without the key."""

    def __init__(
        self, conversations: Conversations, keys: ConversationKeys, quarantine: Quarantine, redis: Redis
    ) -> None:
        self._conversations = conversations
        self._keys = keys
        self._quarantine = quarantine
        self._redis = redis
        self._rewrite_wanted = False
        self._rewriting: asyncio.Task[None] | None = None

    async def drop_tracker(self, conversation_id: str) -> None:
        """Let Rasa start anew; what matters is in the record."""
        await self._redis.delete(_TRACKER + conversation_id)

    async def drop_question(self, conversation_id: str) -> None:
        """Let no later yes answer what Rasa asked before an alarm, which goes past Rasa.

        A server that does not answer must not hold the alarm up."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.drop_tracker(conversation_id)
        except (RedisError, TimeoutError) as error:
            logger.warning("tracker not dropped: %s", type(error).__name__)

    async def forget(self, conversation_id: str) -> None:
        """Delete messages, buttons, tickets, feedback, profile, address, tracker and key of a conversation.

        The record goes last: if this process dies before, the request in it still stands and `finish` ends
        the deletion. Entries that are still in the streams are unreadable without the key and
        are dropped by the worker when their turn comes, which is at once."""
        await self._drop_traces(conversation_id)
        await asyncio.to_thread(self._keys.destroy, conversation_id)
        await self._conversations.delete(conversation_id)

    async def _drop_traces(self, conversation_id: str) -> None:
        """Delete what is held outside of the record."""
        await self._redis.delete(*(f"{prefix}{conversation_id}" for prefix in (_TRACKER, *_MARKS)))
        await self._quarantine.forget(conversation_id)
        self._want_rewrite()

    async def forget_but_address(self, conversation_id: str, address: str | None) -> None:
        """Forget all but where to confirm that, and the language in which; both under a new key.

        Whenever this process dies, either the request can still be read and is dealt with again, or
        the address can be read under the new key, so that the person is always told."""
        await self._drop_traces(conversation_id)
        key = new_key()
        await self._conversations.move_address(conversation_id, Sealer(key), address)
        await asyncio.to_thread(self._keys.replace, conversation_id, key)
        await self._conversations.begin_anew(conversation_id)

    async def finish(self, asked: Collection[str]) -> Collection[str]:
        """Finish deletions that were asked for and are still not done, as after a crash.

        `asked` is what the last call returned: a younger one is under way in its own conversation."""
        found = await self._conversations.to_forget()
        for id in found:
            if id in asked:
                await self.forget(id)
        return found

    async def purge(self, days: int, quarantine_days: int) -> None:
        """Forget chats without a message for that many days, and what was in quarantine for too long.

        One step after the other: what is not done when the process dies is done the next time."""
        await self._quarantine.purge(quarantine_days)
        for id in await self._conversations.idle(days):
            await self.forget_unless_writing(id)
        for id in await asyncio.to_thread(self._keys.older_than, quarantine_days + 1):
            # Accepted, but never stored.
            if await self._conversations.find(id) is None and not await self._is_writing(id):
                await asyncio.to_thread(self._keys.destroy, id)

    async def forget_unless_writing(self, id: str) -> None:
        """Forget a conversation of which nobody asked that, unless a message of the person waits."""
        if not await self._is_writing(id):
            await self.forget(id)

    async def _is_writing(self, id: str) -> bool:
        """Whether an accepted message waits in the inbox, which only the conversation's key opens."""
        entries = decoded(await self._redis.xrange(inbox(partition_of(id))))
        return any(fields["conversation"] == id and fields["kind"] == "message" for _, fields in entries)

    def _want_rewrite(self) -> None:
        """Have the append-only file written anew without deleted trackers, in the background."""
        self._rewrite_wanted = True
        if self._rewriting is None or self._rewriting.done():
            self._rewriting = asyncio.create_task(self._rewrite())

    async def _rewrite(self) -> None:
        while self._rewrite_wanted:
            self._rewrite_wanted = False
            try:
                await self._redis.bgrewriteaof()
            except ResponseError as error:
                if "in progress" not in str(error):  # such as: not allowed
                    logger.warning("append-only file not rewritten: refused")
                    return
                self._rewrite_wanted = True  # the one under way may have begun before the deletion
                await asyncio.sleep(_PAUSE)
            except RedisError as error:
                logger.warning("append-only file not rewritten: %s", type(error).__name__)
