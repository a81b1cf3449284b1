"""What each kind of event leads to: the worker's handler."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.base.texts import Texts
from bot.pipeline.answering import DEFAULT_LANGUAGE
from bot.pipeline.channel import Channel
from bot.pipeline.conversation import ConversationService, NoAnswerNow
from bot.pipeline.deliveries import Deliveries
from bot.pipeline.inbound import Delivery, Event, Inbound, Presence
from bot.pipeline.invitations import Invitations
from bot.pipeline.outbox import Sending
from bot.pipeline.parts import parts
from bot.pipeline.stored import StoredMessage
from bot.pipeline.worker import AnswerLater

_WINDOW_CLOSED = 131047  # WhatsApp: more than 24 hours since the person wrote; may come long after sending


class Desk(Protocol):
    """Where work for people is stored."""

    async def open_ticket(self, conversation_id: str, reason: str, language: str) -> bool: ...


class Road:
    """Handles the events of the inbox."""

    def __init__(
        self,
        conversation: ConversationService,
        deliveries: Deliveries,
        invitations: Invitations,
        channels: Mapping[str, Channel],
        desk: Desk,
        texts: Texts,
    ) -> None:
        self._conversation = conversation
        self._deliveries = deliveries
        self._invitations = invitations
        self._channels = channels
        self._desk = desk
        self._texts = texts
        self._courtesies: set[asyncio.Task[None]] = set()

    async def handle(self, event: Event, over: int) -> Sequence[Sending]:
        """Deal with an event; returns what to send. Raises AnswerLater."""
        if isinstance(event, Presence):
            await self._conversation.conversations.set_blocked(event.conversation_id, event.blocked)
            return []
        if isinstance(event, Delivery):
            await self._delivery(event)
            return []
        self._show_seen(event, over)
        try:
            reply = await self._conversation.handle(event, over)
        except NoAnswerNow as later:
            raise AnswerLater(self._sendings(later.apology)) from None
        held = await self._deliveries.release(event.conversation_id, event.client_id)
        return [*held, *self._sendings(reply)]

    async def is_urgent(self, event: Event) -> bool:
        """Whether a message need not wait for earlier ones."""
        return isinstance(event, Inbound) and await self._conversation.is_urgent(event)

    async def unreadable(self, conversation_id: str) -> Sequence[Sending]:
        """Tell the person that a message of theirs went with everything that was deleted."""
        return self._sendings(await self._conversation.unreadable(conversation_id))

    async def give_up(self, event: Event) -> Sequence[Sending]:
        """Store a ticket for a message that the bot could not answer, and tell the person."""
        if not isinstance(event, Inbound):
            return []
        told = await self._conversation.hand_over(event)
        await self._desk.open_ticket(event.conversation_id, "failure", told.language or "en")
        return self._sendings(told)

    async def _delivery(self, delivery: Delivery) -> None:
        if await self._conversation.conversations.find(delivery.conversation_id) is None:
            return  # forgotten meanwhile
        came_back = delivery.state == "failed" and delivery.error == _WINDOW_CLOSED
        if came_back and await self._deliveries.hold_again(delivery):
            await self._invite(delivery)
            return
        await self._deliveries.note(delivery)
        if delivery.message is not None and delivery.state != "held":
            await self._conversation.leave_nothing(delivery.conversation_id)

    async def _invite(self, delivery: Delivery) -> None:
        conversations = self._conversation.conversations
        conversation = await conversations.find(delivery.conversation_id)
        channel = self._channels.get(delivery.channel)
        address = conversations.address(conversation) if conversation else None
        if conversation and channel and address:
            language = conversation.language or DEFAULT_LANGUAGE
            await self._invitations.invite(channel, conversation.id, address, language)

    def _sendings(self, message: StoredMessage | None) -> list[Sending]:
        channel = self._channels.get(message.conversation_id.split("-", 1)[0]) if message else None
        if message is None or channel is None:
            return []
        count = len(parts(message, channel.capabilities, self._texts))
        return [Sending(message.conversation_id, message.id, part) for part in range(count)]

    def _show_seen(self, inbound: Inbound, over: int) -> None:
        channel = self._channels.get(inbound.channel)
        if channel and not over and inbound.unreadable != "group":
            task = asyncio.create_task(channel.seen(inbound))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)
