"""From every earlier form of the record to the newest, on both kinds of record."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Base
from bot.base.storage import MIGRATIONS, Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.messages import Messages
from tests.support.record import empty_postgres
from tests.support.road import saying, wrote

OLD = {"text": "سلام", "language": "fa", "buttons": [{"id": "b", "title": "Topics"}]}


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """A record without any table."""
    if request.param == "postgres":
        async with empty_postgres(request.getfixturevalue("postgres_url")) as fresh:
            yield fresh
        return
    fresh = Storage(f"sqlite+aiosqlite:///{tmp_path / 'record.sqlite'}")
    yield fresh
    await fresh.close()


def _to(revision: str) -> Any:
    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    return upgrade


async def _with_first_tables(storage: Storage) -> None:
    """The record of version 0001 with one conversation: a question and its reply."""
    moment = "'2026-01-01 00:00:00+00:00'"
    async with storage.engine.begin() as connection:
        await connection.run_sync(_to("0001"))
        await connection.execute(
            text(
                "insert into conversation (id, channel, language, language_chosen, is_test, forget_requested,"
                f" created_at) values ('web-old', 'web', 'fa', true, false, false, {moment})"
            )
        )
        for sender, client_id, answers, content in (
            ("person", "1", None, {"text": "hi"}),
            ("bot", None, 1, OLD),
        ):
            await connection.execute(
                text(
                    "insert into message (conversation_id, sender, client_id, answers, content, created_at)"
                    f" values ('web-old', :sender, :client_id, :answers, :content, {moment})"
                ),
                {
                    "sender": sender,
                    "client_id": client_id,
                    "answers": answers,
                    "content": json.dumps(content),
                },
            )


async def test_migrations_of_an_empty_record_equal_the_tables(empty: Storage) -> None:
    await empty.migrate()
    await empty.migrate()

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_old_plain_messages_stay_readable(empty: Storage, keys: ConversationKeys) -> None:
    await _with_first_tables(empty)
    await empty.migrate()
    question, reply = await Messages(empty, keys, 30).after("web-old", 0)
    assert (question.text, question.client_id, question.sender) == ("hi", "1", "person")
    assert (reply.text, reply.language, reply.buttons) == ("سلام", "fa", OLD["buttons"])
    found = await Conversations(empty, keys).find("web-old")
    assert found is not None
    assert (found.language, found.language_chosen, found.blocked, found.address) == ("fa", True, False, None)


async def test_old_conversation_goes_on(empty: Storage, keys: ConversationKeys) -> None:
    await _with_first_tables(empty)
    await empty.migrate()
    messages = Messages(empty, keys, 30)
    asked, is_new = await messages.received(wrote("web-old", "again", client_id="1"), "again")
    assert (asked.text, is_new) == ("hi", False)  # recognised as a repetition
    asked, _ = await messages.received(wrote("web-old", "next", client_id="2"), "next")
    assert asked.id > 2
    await messages.answered(asked, saying("answer"), "en")
    assert [message.text for message in await messages.after("web-old", 0)] == [
        "hi",
        "سلام",
        "next",
        "answer",
    ]
