"""Conversations and what hangs on them, in a real record."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Conversation, Delivery, Feedback, Message, now
from bot.base.reply import Choice, Decision, Reply
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.messages import Messages
from handoff.tickets import Tickets
from tests.support.record import BOTH
from tests.support.road import wrote

pytestmark = BOTH

REPLY = Reply(
    text="Hello",
    choices=(Choice(title="Topics", payload="/start_orientation"),),
    decision=Decision(decision="smalltalk", language="en"),
)


async def _talk(conversations: Conversations, messages: Messages, id: str = "web-c") -> None:
    channel = id.split("-")[0]
    await conversations.open(id, channel)
    message, _ = await messages.received(wrote(id, "hi"), "hi")
    await messages.answered(message, REPLY, "en")


async def test_conversation_is_opened_once(conversations: Conversations) -> None:
    first = await conversations.open("telegram-a", "telegram", "7")
    again = await conversations.open("telegram-a", "telegram", "8")
    assert again.created_at == first.created_at
    assert (first.channel, first.is_test, first.language, first.blocked) == ("telegram", False, None, False)
    assert conversations.address(again) == "7"


async def test_chat_of_the_command_line_is_a_test(conversations: Conversations) -> None:
    assert (await conversations.open("test-a", "test")).is_test


async def test_address_is_sealed_and_gone_with_its_key(
    conversations: Conversations, keys: ConversationKeys
) -> None:
    conversation = await conversations.open("telegram-a", "telegram", "+905550001122")
    assert "905550001122" not in str(conversation.address)
    assert conversations.address(conversation) == "+905550001122"
    keys.destroy("telegram-a")
    assert conversations.address(conversation) is None
    keys.get_or_create("telegram-a")
    assert conversations.address(conversation) is None


async def test_conversation_on_the_web_has_no_address(conversations: Conversations) -> None:
    assert conversations.address(await conversations.open("web-a", "web")) is None


async def test_moments_come_back_with_their_time_zone(
    conversations: Conversations, messages: Messages
) -> None:
    # SQLite forgets it, and the age of a message could not be computed.
    await _talk(conversations, messages)
    found = await conversations.find("web-c")
    assert found is not None
    assert found.last_heard_at is not None
    for moment in (found.created_at, found.last_heard_at):
        assert abs(now() - moment) < timedelta(minutes=1)


async def test_blocked_is_noted_until_the_person_writes(
    conversations: Conversations, messages: Messages
) -> None:
    await _talk(conversations, messages)
    await conversations.set_blocked("web-c", True)
    assert (await conversations.open("web-c", "web")).blocked
    await messages.received(wrote("web-c", "I am back"), "I am back")
    assert not (await conversations.open("web-c", "web")).blocked


async def test_chosen_language_stays_whatever_is_typed(
    conversations: Conversations, messages: Messages
) -> None:
    await conversations.open("web-c", "web")
    await conversations.set_language("web-c", "ar", chosen=True)
    await _talk(conversations, messages)
    found = await conversations.find("web-c")
    assert found is not None
    assert (found.language, found.language_chosen) == ("ar", True)


async def test_held_counts_messages_and_tickets_of_this_conversation_only(
    storage: Storage, conversations: Conversations, messages: Messages
) -> None:
    await _talk(conversations, messages)
    await _talk(conversations, messages, "web-d")
    await Tickets(storage).open_ticket("web-c", "request", "en")
    assert await conversations.held("web-c") == {"messages": 2, "tickets": 1}
    assert await conversations.held("web-d") == {"messages": 2, "tickets": 0}


async def test_deleted_conversation_is_gone_with_all_that_hangs_on_it_and_its_neighbour_stays(
    storage: Storage, conversations: Conversations, messages: Messages
) -> None:
    await _talk(conversations, messages)
    await _talk(conversations, messages, "web-d")
    await Tickets(storage).open_ticket("web-c", "request", "en")
    await conversations.give_feedback("web-c", "e", True)
    async with storage.write() as session:
        session.add(Delivery(conversation_id="web-c", state="sent", message_id=2, part=0))
    await conversations.delete("web-c")
    assert await conversations.find("web-c") is None
    assert await conversations.held("web-c") == {"messages": 0, "tickets": 0}
    async with storage.read() as session:
        for table in (Delivery, Feedback):
            assert (await session.scalars(select(table.id))).all() == []
    assert len(await messages.after("web-d", 0)) == 2


async def test_requested_deletion_is_found_until_it_is_done(conversations: Conversations) -> None:
    await conversations.open("web-c", "web")
    await conversations.request_forget("web-c")
    assert await conversations.to_forget() == ["web-c"]
    await conversations.delete("web-c")
    assert await conversations.to_forget() == []


async def test_feedback_pressed_again_replaces_the_first(
    storage: Storage, conversations: Conversations
) -> None:
    await conversations.open("web-c", "web")
    for helpful in (True, False):
        await conversations.give_feedback("web-c", "e", helpful)
    async with storage.read() as session:
        assert (await session.scalars(select(Feedback.helpful))).all() == [False]


async def test_second_ticket_of_a_conversation_is_not_stored(
    storage: Storage, conversations: Conversations
) -> None:
    await conversations.open("web-c", "web")
    tickets = Tickets(storage)
    assert await tickets.open_ticket("web-c", "request", "ar") is True
    assert await tickets.open_ticket("web-c", "request", "ar") is False
    found = [(ticket.conversation_id, ticket.language) for ticket, _ in await tickets.open_tickets()]
    assert found == [("web-c", "ar")]


async def test_ticket_of_a_test_conversation_is_not_listed(
    storage: Storage, conversations: Conversations
) -> None:
    await conversations.open("test-c", "test")
    await Tickets(storage).open_ticket("test-c", "request", "en")
    assert list(await Tickets(storage).open_tickets()) == []


async def test_chat_without_messages_is_idle(
    storage: Storage, conversations: Conversations, messages: Messages
) -> None:
    # Chats stayed in the record after the cookie that opens them had run out.
    await _talk(conversations, messages, "web-old")
    await _talk(conversations, messages, "web-new")
    long_ago = now() - timedelta(days=31)
    async with storage.write() as session:
        await session.execute(update(Conversation).values(created_at=long_ago))
        old = update(Message).where(Message.conversation_id == "web-old")
        await session.execute(old.values(created_at=long_ago))
    assert await conversations.idle(30) == ["web-old"]
    assert await conversations.idle(32) == []


@pytest.mark.parametrize("id", ["+905550001122", "../web-a", ""])
async def test_id_that_is_an_address_is_refused_without_showing_it(
    conversations: Conversations, id: str
) -> None:
    with pytest.raises(ValueError, match="expected a conversation id") as refused:
        await conversations.open(id, "telegram", "7")
    assert not id or id not in str(refused.value)
