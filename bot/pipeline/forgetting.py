"""Deleting everything about a conversation."""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from bot.base.conversation_keys import ConversationKeys
from bot.pipeline.conversations import Conversations
from bot.pipeline.quarantine import Quarantine

logger = logging.getLogger(__name__)

_TRACKER = "tracker:"  # prefix of Rasa's tracker store
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

        The record goes last: if this process dies before, the request in it still stands and the deletion is
        finished at the next start. Entries that are still in the streams are unreadable without the key and
        are dropped by the worker when their turn comes, which is at once."""
        await self.drop_tracker(conversation_id)
        await self._quarantine.forget(conversation_id)
        self._want_rewrite()
        await asyncio.to_thread(self._keys.destroy, conversation_id)
        await self._conversations.delete(conversation_id)

    async def purge(self, days: int, quarantine_days: int) -> None:
        """Forget chats without a message for that many days, and what was in quarantine for too long.

        One step after the other: what is not done when the process dies is done the next time."""
        await self._quarantine.purge(quarantine_days)
        for id in await self._conversations.idle(days):
            await self.forget(id)
        for id in await asyncio.to_thread(self._keys.older_than, quarantine_days + 1):
            if await self._conversations.find(id) is None:  # accepted, but never stored
                await asyncio.to_thread(self._keys.destroy, id)

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
            except ResponseError:  # one is under way that may have begun before the deletion
                self._rewrite_wanted = True
                await asyncio.sleep(_PAUSE)
            except RedisError as error:
                logger.warning("append-only file not rewritten: %s", type(error).__name__)
