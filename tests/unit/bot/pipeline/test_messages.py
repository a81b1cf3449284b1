"""Messages in a real record, sealed with the keys of their conversations."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Button, Conversation, Delivery, Message, now
from bot.base.reply import Choice, Decision, Reply
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.messages import Messages
from bot.pipeline.stored import StoredMessage
from tests.support.record import BOTH
from tests.support.road import saying, wrote

pytestmark = BOTH

A, B = "web-a", "web-b"
REPLY = Reply(
    text="Merhaba zugunruhe",
    choices=(Choice(title="Topics", payload="/start_orientation"),),
    decision=Decision(decision="clarify", language="tr", entry="a.b", asks_for_location=True),
)


@pytest.fixture(autouse=True)
async def opened(conversations: Conversations) -> None:
    for id in (A, B):
        await conversations.open(id, "web")


async def _ask(messages: Messages, id: str = A, text: str = "hi") -> StoredMessage:
    return (await messages.received(wrote(id, text, client_id=text[:2]), text))[0]


async def test_same_client_id_twice_is_one_message_with_the_first_content(messages: Messages) -> None:
    first, is_new = await messages.received(wrote(A, "hi", client_id="1"), "hi")
    again, is_new_again = await messages.received(wrote(A, "other", client_id="1"), "other")
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert again.text == "hi"


async def _heard(storage: Storage) -> datetime | None:
    async with storage.read() as session:
        return await session.scalar(select(Conversation.last_heard_at).where(Conversation.id == A))


async def test_person_was_last_heard_when_the_newest_message_was_accepted(
    messages: Messages, storage: Storage
) -> None:
    # It was when the message was answered: for WhatsApp, the window had closed long before.
    assert await _heard(storage) is None
    newest = now() - timedelta(hours=3)
    for number, at in enumerate((newest - timedelta(hours=1), newest, newest - timedelta(hours=2))):
        await messages.received(wrote(A, "hi", client_id=str(number), at=at), "hi")
    assert await _heard(storage) == newest


async def test_message_without_a_moment_was_heard_now(messages: Messages, storage: Storage) -> None:
    await _ask(messages)
    heard = await _heard(storage)
    assert heard is not None
    assert now() - heard < timedelta(seconds=10)


async def test_announcement_after_a_message_is_stored_once(messages: Messages) -> None:
    first = await messages.announced(A, REPLY, "7" * 255)
    assert await messages.announced(A, saying("another"), "7" * 255) == first
    others = [
        await messages.announced(A, REPLY, "8"),
        await messages.announced(B, REPLY, "7" * 255),
        await messages.announced(A, REPLY),
        await messages.announced(A, REPLY),
    ]
    assert len({message.id for message in [first, *others]}) == 5
    assert await messages.reply_to(A, "7" * 255) is None
    _, is_new = await messages.received(wrote(A, "hi", client_id="8"), "hi")
    assert is_new


async def test_announcement_in_a_conversation_that_is_gone_fails(messages: Messages) -> None:
    with pytest.raises(IntegrityError):
        await messages.announced("web-none", REPLY, "7")


async def test_same_client_id_in_another_conversation_is_another_message(messages: Messages) -> None:
    assert (await _ask(messages, B)).id != (await _ask(messages, A)).id


async def test_reply_comes_back_as_it_was(messages: Messages) -> None:
    reply = await messages.answered(await _ask(messages), REPLY, "ar")
    assert await messages.message(reply.id) == reply
    assert (reply.sender, reply.text, reply.language, reply.heard_language) == ("bot", REPLY.text, "tr", "ar")
    assert [button["title"] for button in reply.buttons] == ["Topics"]
    assert reply.asks_for_location
    assert reply.decision is not None
    assert Decision.model_validate(reply.decision) == REPLY.decision


async def test_message_has_one_reply_whoever_stores_it(messages: Messages, storage: Storage) -> None:
    asked = await _ask(messages)
    stored = await asyncio.gather(*(messages.answered(asked, saying(f"{n}"), "en") for n in range(4)))
    assert len({reply.id for reply in stored}) == 1
    assert len(await messages.after(A, asked.id)) == 1
    async with storage.read() as session:
        assert len((await session.scalars(select(Message.id))).all()) == 2


async def test_second_reply_leaves_no_buttons_behind(messages: Messages, storage: Storage) -> None:
    asked = await _ask(messages)
    for _ in range(2):
        await messages.answered(asked, REPLY, "en")
    async with storage.read() as session:
        assert len((await session.scalars(select(Button.id))).all()) == 1


async def test_message_has_one_apology_and_one_answer(messages: Messages) -> None:
    asked = await _ask(messages)
    apologies = [await messages.answered(asked, saying("sorry"), "en", interim=True) for _ in range(2)]
    assert await messages.answer_of(asked) is None
    assert await messages.reply_to(A, "hi") == apologies[0] == apologies[1]
    answer = await messages.answered(asked, saying("answer"), "en")
    assert await messages.answer_of(asked) == answer
    assert await messages.answer_of(asked, interim=True) == apologies[0]
    assert await messages.reply_to(A, "hi") == answer


async def test_message_without_a_reply_is_not_answered(messages: Messages) -> None:
    assert await messages.answer_of(await _ask(messages)) is None
    assert await messages.reply_to(A, "hi") is None
    assert await messages.reply_to(A, "never sent") is None


async def test_answer_sets_the_language_and_an_apology_does_not(
    messages: Messages, conversations: Conversations
) -> None:
    asked = await _ask(messages)
    await messages.answered(asked, saying("sorry"), "fa", interim=True)
    before = await conversations.find(A)
    await messages.answered(asked, saying("answer"), "fa")
    after = await conversations.find(A)
    assert before is not None
    assert after is not None
    assert (before.language, after.language) == (None, "fa")


async def test_reply_to_a_deleted_conversation_is_not_stored(
    messages: Messages, conversations: Conversations
) -> None:
    asked = await _ask(messages)
    await conversations.delete(A)
    with pytest.raises(IntegrityError) as failed:
        await messages.answered(asked, REPLY, "en")
    assert "zugunruhe" not in str(failed.value)


async def test_announcement_stands_alone(messages: Messages) -> None:
    told = await messages.announced(A, saying("Everything was deleted."))
    assert await messages.last_of_bot(A) == told
    assert told.decision is not None
    assert (told.client_id, told.text) == (None, "Everything was deleted.")


async def test_last_of_bot_is_the_newest_of_this_conversation(messages: Messages) -> None:
    assert await messages.last_of_bot(A) is None
    await messages.announced(A, saying("one"))
    await messages.announced(A, saying("two"))
    await messages.announced(B, saying("elsewhere"))
    await _ask(messages)
    last = await messages.last_of_bot(A)
    assert last is not None
    assert last.text == "two"


async def test_messages_after_a_number_come_in_order(messages: Messages) -> None:
    numbers = [(await _ask(messages, A, str(number))).id for number in range(4)]
    await _ask(messages, B)
    assert [message.text for message in await messages.after(A, numbers[1])] == ["2", "3"]
    assert await messages.has(A, numbers[0])
    assert not await messages.has(B, numbers[0])


async def test_record_holds_no_word_of_what_was_said(messages: Messages, storage: Storage) -> None:
    asked = await _ask(messages, A, "zugunruhe")
    await messages.answered(asked, REPLY, "en")
    async with storage.engine.connect() as connection:
        rows = (await connection.execute(text("select * from message"))).all()
    assert len(rows) == 2
    assert "zugunruhe" not in str(rows)


async def test_message_whose_key_was_destroyed_is_empty(messages: Messages, keys: ConversationKeys) -> None:
    asked = await _ask(messages)
    await messages.answered(asked, REPLY, "en")
    keys.destroy(A)
    assert [(message.text, message.buttons) for message in await messages.after(A, 0)] == [("", [])] * 2
    keys.get_or_create(A)
    assert {message.text for message in await messages.after(A, 0)} == {""}


async def test_button_works_in_its_own_conversation_only(messages: Messages) -> None:
    reply = await messages.answered(await _ask(messages), REPLY, "en")
    id = reply.buttons[0]["id"]
    assert await messages.button(A, id) == REPLY.choices[0]
    assert await messages.button(B, id) is None
    assert "/start_orientation" not in str(reply.buttons)


async def test_button_older_than_its_days_does_nothing(messages: Messages, storage: Storage) -> None:
    reply = await messages.answered(await _ask(messages), REPLY, "en")
    async with storage.write() as session:
        await session.execute(update(Button).values(created_at=now() - timedelta(days=31)))
    assert await messages.button(A, reply.buttons[0]["id"]) is None


async def test_old_messages_and_buttons_are_deleted(messages: Messages, storage: Storage) -> None:
    await messages.answered(await _ask(messages), REPLY, "en")
    async with storage.write() as session:
        for table in (Message, Button):
            await session.execute(update(table).values(created_at=now() - timedelta(days=31)))
    new = await _ask(messages, A, "new")
    await messages.delete_older(30)
    assert [message.id for message in await messages.after(A, 0)] == [new.id]
    async with storage.read() as session:
        assert (await session.scalars(select(Button.id))).all() == []


@pytest.mark.parametrize("id", ["a\x00b", "", "x" * 100_000, "ب", "../.."])
async def test_button_of_any_text_is_unknown(messages: Messages, id: str) -> None:
    # A NUL made PostgreSQL fail, so that the message was tried five times and given to people.
    assert await messages.button(A, id) is None


async def test_old_deliveries_are_deleted_with_the_messages(messages: Messages, storage: Storage) -> None:
    # Those of somebody who keeps writing were kept for ever.
    async with storage.write() as session:
        for number, days in enumerate((31, 29)):
            moment = now() - timedelta(days=days)
            session.add(
                Delivery(conversation_id=A, message_id=number, part=0, state="sent", changed_at=moment)
            )
    await messages.delete_older(30)
    async with storage.read() as session:
        assert (await session.scalars(select(Delivery.message_id))).all() == [1]
