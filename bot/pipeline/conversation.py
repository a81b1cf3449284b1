"""One message at a time per conversation: from a received message to its stored reply."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.base.record import Conversation, Message
from bot.base.reply import Reply
from bot.pipeline.answering import DEFAULT_LANGUAGE, Answering, Heard
from bot.pipeline.conversations import Buttons, Conversations
from bot.pipeline.forgetting import Forgetting
from bot.pipeline.inbound import Inbound
from bot.pipeline.listeners import Listeners

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """A reply, the language that was recognised in the message, and the stored buttons (id and title)."""

    reply: Reply
    language: str
    buttons: Buttons = ()


class ConversationService:
    """Answers messages in order, each exactly once, and stores both sides before anyone is told."""

    def __init__(
        self,
        conversations: Conversations,
        answering: Answering,
        forgetting: Forgetting,
        listeners: Listeners,
    ) -> None:
        self.conversations = conversations
        self.listeners = listeners
        self._answering = answering
        self._forgetting = forgetting
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(self, inbound: Inbound) -> Outcome | None:
        """Answer one message. None when it was answered before (the reply is in the record)."""
        started = time.perf_counter()
        async with self._turn(inbound.conversation_id):
            outcome = await self._handle(inbound)
        if outcome:
            seconds = time.perf_counter() - started
            logger.info("answered: %s in %.3f s", outcome.reply.decision.decision, seconds)
        return outcome

    @asynccontextmanager
    async def _turn(self, conversation_id: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield

    async def _handle(self, inbound: Inbound) -> Outcome | None:
        id = inbound.conversation_id
        conversation = await self.conversations.open(id, inbound.channel)
        heard = await self._answering.hear(inbound)
        message = await self.conversations.received(id, inbound.client_id, {"text": heard.text})
        if await self.conversations.answer_of(message):
            return None
        self.listeners.notify(id, "message")
        self.listeners.notify(id, "typing")
        outcome = await self._answer(conversation, inbound, heard)
        return await self._store(conversation, message, outcome)

    async def _answer(self, conversation: Conversation, inbound: Inbound, heard: Heard) -> Outcome:
        language, reply = await self._find_reply(conversation, inbound, heard)
        if reply.decision.decision == "emergency":
            await self._forgetting.drop_question(conversation.id)
        return Outcome(reply, language)

    async def _find_reply(
        self, conversation: Conversation, inbound: Inbound, heard: Heard
    ) -> tuple[str, Reply]:
        try:
            return await self._answering.answer(conversation, inbound, heard)
        except Exception as error:  # a message must not be stuck for ever behind a fault of ours
            logger.error("no reply: %s", type(error).__name__)
            language = conversation.language or DEFAULT_LANGUAGE
            return language, self._answering.apology(language)

    async def _store(self, conversation: Conversation, message: Message, outcome: Outcome) -> Outcome:
        id = conversation.id
        current = await self.conversations.find(id)
        if current and current.forget_requested:
            await self._forget(conversation, outcome)
            return outcome
        # A language that an action has just set stays; otherwise the recognised one is remembered.
        chosen = current.language if current and current.language_chosen else None
        buttons = await self.conversations.answered(message, outcome.reply, chosen or outcome.language)
        self.listeners.notify(id, "message")
        return replace(outcome, buttons=buttons)

    async def _forget(self, conversation: Conversation, outcome: Outcome) -> None:
        """Delete everything; only the confirmation opens the conversation anew."""
        await self._forgetting.forget(conversation.id)
        await self.conversations.open(conversation.id, conversation.channel)
        await self.conversations.announce(conversation.id, outcome.reply)
        self.listeners.notify(conversation.id, "reset")
        self.listeners.notify(conversation.id, "message")

    async def remove(self, conversation_id: str) -> None:
        """Delete a conversation without a word, as test conversations are."""
        async with self._turn(conversation_id):
            await self._forgetting.forget(conversation_id)
