"""Deleting everything about a conversation."""

import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pipeline.conversations import Conversations

logger = logging.getLogger(__name__)

_TRACKER = "tracker:"  # prefix of Rasa's tracker store


class Forgetting:
    """Deletes from the record and from Rasa's tracker store."""

    def __init__(self, conversations: Conversations, redis: Redis) -> None:
        self._conversations = conversations
        self._redis = redis

    async def drop_tracker(self, conversation_id: str) -> None:
        """Let Rasa start anew; what matters is in the record. Trackers that grow make every action slower."""
        await self._redis.delete(_TRACKER + conversation_id)

    async def drop_question(self, conversation_id: str) -> None:
        """Let no later yes answer what Rasa asked before an alarm, which goes past Rasa.

        A server that does not answer must not hold the alarm up."""
        try:
            await self.drop_tracker(conversation_id)
        except RedisError as error:
            logger.warning("tracker not dropped: %s", type(error).__name__)

    async def forget(self, conversation_id: str) -> None:
        """Delete messages, buttons, tickets, feedback, profile and tracker of a conversation.

        The tracker goes first: if this process dies between the two, the request in the record still
        stands and the deletion is finished at the next start."""
        await self.drop_tracker(conversation_id)
        await self._rewrite_append_only_file()
        await self._conversations.delete(conversation_id)

    async def finish_requested(self) -> None:
        """Finish the deletions that a crash interrupted."""
        for id in await self._conversations.to_forget():
            await self.forget(id)

    async def _rewrite_append_only_file(self) -> None:
        """Ask for a new append-only file without the deleted tracker; one already under way is enough."""
        try:
            await self._redis.bgrewriteaof()
        except Exception as error:
            logger.warning("append-only file not rewritten: %s", type(error).__name__)
