"""From a received message to its stored reply."""

import logging
import time
from dataclasses import dataclass

from actions.services import TicketDesk
from bot.base.record import Conversation
from bot.base.reply import Reply, payload
from bot.pipeline.answering import DEFAULT_LANGUAGE, Answering, Heard
from bot.pipeline.conversations import Conversations
from bot.pipeline.forgetting import Forgetting
from bot.pipeline.inbound import Inbound
from bot.pipeline.messages import Messages
from bot.pipeline.notices import Notices
from bot.pipeline.rasa_client import RasaFailure
from bot.pipeline.stored import StoredMessage

logger = logging.getLogger(__name__)


class NoAnswerNow(Exception):
    """Rasa gave no answer. `apology` is stored, for the person to see meanwhile."""

    def __init__(self, apology: StoredMessage) -> None:
        super().__init__("no answer now")
        self.apology = apology


@dataclass(frozen=True)
class ConversationService:
    """Answers messages; both sides are stored before anyone is told.

    The reader of the streams hands over the messages of a conversation one after the other."""

    conversations: Conversations
    messages: Messages
    answering: Answering
    forgetting: Forgetting
    notices: Notices
    tickets: TicketDesk

    async def handle(self, inbound: Inbound, over: int = 0) -> StoredMessage | None:
        """The reply to one message, which is stored once however often this is called.

        `over`: by how many messages the person is over their limit; such messages are read for emergencies
        only. None where nothing is said. Raises NoAnswerNow."""
        started = time.perf_counter()
        id = inbound.conversation_id
        conversation = await self.conversations.open(id, inbound.channel, inbound.address)
        if inbound.unreadable == "group" and await self.messages.last_of_bot(id):
            # Explained before; with the same message it is the explanation, which may not have been sent.
            return await self.messages.reply_to(id, inbound.client_id)
        heard = await self.answering.hear(inbound)
        message, is_new = await self.messages.received(inbound, heard.text)
        found = None if is_new else await self.messages.answer_of(message)
        if found:
            # Whoever stored it may have died before telling the open pages.
            await self.notices.publish(id, "message")
            return found
        await self.notices.publish(id, "message")
        reply = await self._reply(conversation, inbound, heard, message, over)
        if reply:
            seconds = time.perf_counter() - started
            kind = (reply.decision or {}).get("decision", "forgotten")
            logger.info("answered: %s in %.3f s", kind, seconds)
        return reply

    async def is_urgent(self, inbound: Inbound) -> bool:
        """Whether a message need not wait for earlier ones: it tells of an emergency, or asks for a person.

        The replies to these need no Rasa."""
        if inbound.text is not None:
            text = self.answering.cleaned(inbound.text)
            # Nearly all messages end here, and a backlog can hold tens of thousands: no look at the record.
            if not text.isdecimal():
                return self.answering.names_danger(text)
        return _wants_person(inbound, await self.answering.hear(inbound))

    async def _reply(
        self, conversation: Conversation, inbound: Inbound, heard: Heard, message: StoredMessage, over: int
    ) -> StoredMessage | None:
        if over:
            return await self._over_limit(conversation, heard, message, over)
        await self.notices.publish(conversation.id, "typing")
        if inbound.language is not None:
            # Remembered before Rasa is asked, so that the choice stands even when Rasa fails.
            await self.conversations.set_language(conversation.id, inbound.language, chosen=True)
        if conversation.forget_requested and not self.answering.alarm(conversation, heard.text):
            return await self._confirm_forgetting(conversation, inbound)  # an earlier try died over it
        try:
            language, reply = await self.answering.answer(conversation, inbound, heard)
        except RasaFailure as failure:
            logger.error("Rasa failed: %s", failure)
            return await self._without_rasa(conversation, inbound, heard, message)
        return await self._store(conversation, message, reply, language)

    async def _without_rasa(
        self, conversation: Conversation, inbound: Inbound, heard: Heard, message: StoredMessage
    ) -> StoredMessage:
        """The confirmation, where Rasa failed after a deletion was asked for; a ticket for who asked for a
        person, which the apology offers. Else raises NoAnswerNow."""
        current = await self.conversations.find(conversation.id)
        if current and current.forget_requested:
            return await self._confirm_forgetting(current, inbound)
        if _wants_person(inbound, heard):
            language = self.answering.language_for(conversation, inbound)
            is_new = await self.tickets.open_ticket(conversation.id, "request", language)
            return await self._store(
                conversation, message, self.answering.replies.ticket(language, is_new), language
            )
        raise NoAnswerNow(await self._apologise(conversation, inbound, message))

    async def _over_limit(
        self, conversation: Conversation, heard: Heard, message: StoredMessage, over: int
    ) -> StoredMessage | None:
        language = conversation.language or DEFAULT_LANGUAGE
        alarm = self.answering.alarm(conversation, heard.text)
        if alarm:
            return await self._store(conversation, message, alarm, alarm.decision.language)
        notice = self.answering.replies.too_fast(language)
        return await self._store(conversation, message, notice, language) if over == 1 else None

    async def _apologise(
        self, conversation: Conversation, inbound: Inbound, message: StoredMessage
    ) -> StoredMessage:
        language = self.answering.language_for(conversation, inbound)
        apology = self.answering.replies.apology(language)
        stored = await self.messages.answered(message, apology, language, interim=True)
        await self.notices.publish(conversation.id, "message")
        return stored

    async def _store(
        self, conversation: Conversation, message: StoredMessage, reply: Reply, language: str
    ) -> StoredMessage:
        id = conversation.id
        current = await self.conversations.find(id)
        if current and current.forget_requested:
            return await self._forget(current, reply)
        if reply.decision.decision == "emergency":
            await self.forgetting.drop_question(id)
        stored = await self.messages.answered(message, reply, language)
        await self.notices.publish(id, "message")
        return stored

    async def _forget(self, conversation: Conversation, confirmation: Reply) -> StoredMessage:
        """Delete everything; only the confirmation opens the conversation anew."""
        id = conversation.id
        await self.forgetting.forget_but_address(id, self.conversations.address(conversation))
        return await self._confirm(id, confirmation)

    async def _confirm(self, id: str, confirmation: Reply) -> StoredMessage:
        stored = await self.messages.announced(id, confirmation)
        await self.conversations.forget_language(id)
        await self.notices.publish(id, "reset")
        return stored

    async def _confirm_forgetting(self, conversation: Conversation, inbound: Inbound) -> StoredMessage:
        language = self.answering.language_for(conversation, inbound)
        return await self._forget(conversation, self.answering.replies.deleted(language))

    async def unreadable(self, id: str) -> StoredMessage | None:
        """What is said to an accepted message that nobody can read any more.

        Its key was destroyed by a deletion: the person wrote on before that was done, or we died before
        telling them. None where nothing is held any more that could say where they are."""
        conversation = await self.conversations.find(id)
        if conversation is None:
            return None
        last = await self.messages.last_of_bot(id)
        language = conversation.language or (last and last.language) or DEFAULT_LANGUAGE
        if conversation.forget_requested:
            await self.conversations.begin_anew(id)
        return await self._confirm(id, self.answering.replies.deleted_meanwhile(language))

    async def leave_nothing(self, conversation_id: str) -> None:
        """Forget a conversation again once the confirmation was sent, for which it held the address."""
        if await self.conversations.is_empty(conversation_id):
            await self.forgetting.forget_unless_writing(conversation_id)

    async def remove(self, conversation_id: str) -> None:
        """Delete a conversation without a word, as test conversations are."""
        await self.forgetting.forget(conversation_id)

    async def hand_over(self, inbound: Inbound) -> StoredMessage:
        """Store what the person is told when a message was given to people."""
        conversation = await self.conversations.open(
            inbound.conversation_id, inbound.channel, inbound.address
        )
        language = self.answering.language_for(conversation, inbound)
        told = await self.messages.announced(
            conversation.id, self.answering.replies.handed_over(language), inbound.client_id
        )
        await self.notices.publish(conversation.id, "message")
        return told


def _wants_person(inbound: Inbound, heard: Heard) -> bool:
    """Whether the button or the command for a person was pressed."""
    pressed = heard.choice.payload if heard.choice else ""
    return inbound.command == "human" or pressed == payload("request_human")
