"""Deleting everything about a conversation."""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from bot.pipeline.conversations import Conversations

logger = logging.getLogger(__name__)

_TRACKER = "tracker:"  # prefix of Rasa's tracker store
_PATIENCE = 0.5  # seconds that an alarm waits for the streams at most
_PAUSE = 0.2  # seconds until a refused rewrite is asked for again


class Forgetting:
    """Deletes from the record and from Rasa's tracker store."""

    def __init__(self, conversations: Conversations, redis: Redis) -> None:
        self._conversations = conversations
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
        """Delete messages, buttons, tickets, feedback, profile and tracker of a conversation.

        The tracker goes first: if this process dies between the two, the request in the record still
        stands and the deletion is finished at the next start."""
        await self.drop_tracker(conversation_id)
        self._want_rewrite()
        await self._conversations.delete(conversation_id)

    async def finish_requested(self) -> None:
        """Finish the deletions that a crash interrupted."""
        for id in await self._conversations.to_forget():
            await self.forget(id)
        self._want_rewrite()

    async def purge_idle(self, days: int) -> None:
        """Delete chats without a message for that many days. One that fails is tried again the next time."""
        for id in await self._conversations.idle(days):
            await self.forget(id)

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
