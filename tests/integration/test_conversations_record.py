"""Conversations and tickets in a real record."""

from datetime import timedelta

from sqlalchemy import update

from bot.base.record import Button, Conversation, Message, now
from bot.base.reply import Choice, Decision, Reply
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from handoff.tickets import Tickets

REPLY = Reply(
    text="Hello",
    choices=(Choice(title="Topics", payload="/start_orientation"),),
    decision=Decision(decision="smalltalk", language="en"),
)


async def _talk(conversations: Conversations, id: str = "c", channel: str = "web") -> Message:
    await conversations.open(id, channel)
    message = await conversations.received(id, "1", {"text": "hi"})
    await conversations.answered(message, REPLY, "en")
    return message


async def _button_id(conversations: Conversations) -> str:
    shown = (await conversations.messages_after("c", 0))[-1].content["buttons"]
    assert isinstance(shown, list)
    return str(shown[0]["id"])


async def test_same_client_id_twice_is_one_message_with_the_first_content(
    conversations: Conversations,
) -> None:
    first = await _talk(conversations)
    again = await conversations.received("c", "1", {"text": "other"})
    assert (again.id, again.content) == (first.id, {"text": "hi"})
    answer = await conversations.answer_of(again)
    assert answer is not None
    assert answer.content["text"] == "Hello"


async def test_same_client_id_in_another_conversation_is_another_message(
    conversations: Conversations,
) -> None:
    first = await _talk(conversations)
    other = await _talk(conversations, "d")
    assert other.id != first.id


async def test_message_without_reply_is_not_answered(conversations: Conversations) -> None:
    await conversations.open("c", "web")
    assert await conversations.answer_of(await conversations.received("c", "1", {"text": "hi"})) is None


async def test_button_of_own_conversation_works_and_of_another_does_not(
    conversations: Conversations,
) -> None:
    await _talk(conversations)
    id = await _button_id(conversations)
    await conversations.open("d", "web")
    assert await conversations.button("c", id) == REPLY.choices[0]
    assert await conversations.button("d", id) is None
    assert "/start_orientation" not in id


async def test_button_older_than_its_days_does_nothing(
    storage: Storage, conversations: Conversations
) -> None:
    await _talk(conversations)
    id = await _button_id(conversations)
    async with storage.write() as session:
        await session.execute(update(Button).values(created_at=now() - timedelta(days=31)))
    assert await conversations.button("c", id) is None


async def test_held_counts_messages_and_tickets_of_this_conversation_only(
    storage: Storage, conversations: Conversations
) -> None:
    await _talk(conversations)
    await _talk(conversations, "d")
    await Tickets(storage).open_ticket("c", "request", "en")
    assert await conversations.held("c") == {"messages": 2, "tickets": 1}
    assert await conversations.held("d") == {"messages": 2, "tickets": 0}


async def test_deleted_conversation_is_gone_and_its_neighbour_stays(conversations: Conversations) -> None:
    await _talk(conversations)
    await _talk(conversations, "d")
    await conversations.delete("c")
    assert await conversations.find("c") is None
    assert await conversations.held("c") == {"messages": 0, "tickets": 0}
    assert len(await conversations.messages_after("d", 0)) == 2


async def test_requested_deletion_is_found_until_it_is_done(conversations: Conversations) -> None:
    await _talk(conversations)
    await conversations.request_forget("c")
    assert await conversations.to_forget() == ["c"]
    await conversations.delete("c")
    assert await conversations.to_forget() == []


async def test_chosen_language_is_noted_as_chosen(conversations: Conversations) -> None:
    await conversations.open("c", "web")
    await conversations.set_language("c", "ar", chosen=True)
    found = await conversations.find("c")
    assert found is not None
    assert (found.language, found.language_chosen) == ("ar", True)


async def test_feedback_pressed_again_replaces_the_first(
    storage: Storage, conversations: Conversations
) -> None:
    await _talk(conversations)
    await conversations.give_feedback("c", "e", True)
    await conversations.give_feedback("c", "e", False)
    async with storage.engine.connect() as connection:
        rows = await connection.exec_driver_sql("select helpful from feedback")
        assert rows.fetchall() == [(0,)]


async def test_second_ticket_of_a_conversation_is_not_stored(
    storage: Storage, conversations: Conversations
) -> None:
    await _talk(conversations)
    tickets = Tickets(storage)
    assert await tickets.open_ticket("c", "request", "ar") is True
    assert await tickets.open_ticket("c", "request", "ar") is False
    assert [(ticket.conversation_id, ticket.language) for ticket in await tickets.open_tickets()] == [
        ("c", "ar")
    ]


async def test_ticket_of_a_test_conversation_is_not_listed(
    storage: Storage, conversations: Conversations
) -> None:
    await _talk(conversations, channel="test")
    await Tickets(storage).open_ticket("c", "request", "en")
    assert list(await Tickets(storage).open_tickets()) == []


async def test_chat_without_messages_is_idle(conversations: Conversations, storage: Storage) -> None:
    # Chats stayed in the record after the cookie that opens them had run out.
    await _talk(conversations, "old")
    await _talk(conversations, "new")
    long_ago = now() - timedelta(days=31)
    async with storage.write() as session:
        await session.execute(update(Conversation).values(created_at=long_ago))
        await session.execute(
            update(Message).where(Message.conversation_id == "old").values(created_at=long_ago)
        )
    assert await conversations.idle(30) == ["old"]
    assert await conversations.idle(32) == []
