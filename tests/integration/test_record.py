"""The record on a real SQLite file: tables, cascades and what it keeps to itself."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot.base.record import Button, Conversation, Feedback, Message, Ticket
from bot.base.storage import Storage
from bot.pipeline.messages import Messages
from tests.support.road import wrote


async def test_deleting_a_conversation_deletes_all_that_hangs_on_it(storage: Storage) -> None:
    async with storage.write() as session:
        session.add(Conversation(id="c", channel="web"))
        await session.flush()
        session.add(Message(conversation_id="c", sender="person", client_id="1", content="x"))
        session.add(Button(id="b", conversation_id="c", payload="/greet", title="x"))
        session.add(Ticket(conversation_id="c", reason="request", language="en"))
        session.add(Feedback(conversation_id="c", entry="e", helpful=True))
    async with storage.write() as session:
        await session.execute(text("delete from conversation"))
    async with storage.read() as session:
        for table in (Message, Button, Ticket, Feedback):
            assert await session.scalar(select(func.count()).select_from(table)) == 0, table


async def test_message_numbers_after_a_deletion_are_new_ones(storage: Storage) -> None:
    numbers = []
    for _ in range(2):
        async with storage.write() as session:
            session.add(Conversation(id="c", channel="web"))
            await session.flush()
            message = Message(conversation_id="c", sender="person", client_id="1", content="x")
            session.add(message)
        numbers.append(message.id)
        async with storage.write() as session:
            await session.execute(text("delete from conversation"))
    assert numbers[1] > numbers[0]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("secure_delete", 1), ("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 2)],
)
async def test_setting_of_every_connection_is_on(storage: Storage, setting: str, value: object) -> None:
    async with storage.engine.connect() as connection:
        assert (await connection.execute(text(f"PRAGMA {setting}"))).scalar() == value


async def test_error_of_a_statement_does_not_show_typed_words(messages: Messages) -> None:
    with pytest.raises(IntegrityError) as failed:
        await messages.received(wrote("web-none", "quetzalword", client_id="quetzalword"), "quetzalword")
    assert "quetzalword" not in str(failed.value)


async def test_write_that_fails_leaves_nothing(storage: Storage) -> None:
    async def fail_halfway() -> None:
        async with storage.write() as session:
            session.add(Conversation(id="c", channel="web"))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_halfway()
    async with storage.read() as session:
        assert await session.get(Conversation, "c") is None
