"""The whole road in one process: what is accepted leads to the right messages, each once and in order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.app.knowledge import Knowledge
from bot.app.service import Service
from bot.app.stores import Stores, open_stores
from bot.app.streams import Streams
from bot.base.conversation_keys import key_files
from bot.base.record import Conversation, Message, now
from bot.base.record import Delivery as Row
from bot.base.sealing import Sealer, new_key
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.channel import Refused
from bot.pipeline.inbound import Delivery, Presence
from tests.support.fake_rasa import FakeRasa
from tests.support.platform import Platform
from tests.support.road import until
from tests.support.service import running_service
from tests.support.talk import Talk

TEXTS = Texts()
DELETED_MEANWHILE = TEXTS.get("en", "utter_deleted_meanwhile")


async def test_messages_are_answered_in_order_and_each_once(service: Service, platform: Platform) -> None:
    people = [Talk(service, platform) for _ in range(5)]
    for number in range(4):
        await asyncio.gather(*(person.write(f"message {number}") for person in people))
    for person in people:
        wanted = [f"answer to message {number}" for number in range(4)]
        assert await person.hears(4) == wanted
    await people[0].settled()
    assert len(platform.taken) == 20


async def test_repeated_update_is_answered_once(talk: Talk) -> None:
    inbound = await talk.write("hello")
    await talk.hears(1)
    assert await talk.service.stores.inbox.accept([inbound]) == [0]
    await talk.settled()
    assert talk.heard() == ["answer to hello"]


async def test_person_sees_that_the_message_is_being_answered(talk: Talk) -> None:
    inbound = await talk.write("hello")
    await talk.hears(1)
    assert talk.platform.seen_messages == [inbound.client_id]


async def test_delivery_of_a_reply_is_noted(talk: Talk) -> None:
    await talk.write("hello")
    await talk.hears(1)
    await talk.settled()
    await talk.accept(
        Delivery(
            conversation_id=talk.id,
            channel="telegram",
            client_id="x read",
            platform_id="number-1",
            state="read",
        )
    )
    await talk.settled()
    assert await _states(talk) == [("read", "number-1")]


async def _states(talk: Talk) -> list[tuple[str, str | None]]:
    async with talk.service.stores.storage.read() as session:
        found = await session.scalars(select(Row).where(Row.conversation_id == talk.id).order_by(Row.id))
        return [(row.state, row.platform_id) for row in found]


async def test_next_service_goes_on_where_the_last_one_stopped(
    knowledge: Knowledge, tmp_path: Path, streams: Streams, rasa: FakeRasa, platform: Platform
) -> None:
    channels = {platform.name: platform}
    rasa.behave("time-out")
    async with running_service(knowledge, tmp_path / "data", streams, rasa.url, channels) as first:
        talk = Talk(first, platform)
        for text in ("one", "two", "three"):
            await talk.write(text)
        await until(lambda: bool(rasa.asked))
    rasa.behave("answers")
    async with running_service(knowledge, tmp_path / "data", streams, rasa.url, channels) as second:
        talk = Talk(second, platform, talk.address)
        assert await talk.hears(3) == ["answer to one", "answer to two", "answer to three"]
        await talk.settled()
        assert len(platform.taken) == 3


async def test_open_pages_hear_of_a_reply_whose_process_died_before_telling_them(talk: Talk) -> None:
    inbound = await talk.write("hello")
    await talk.hears(1)
    await talk.settled()
    with talk.service.stores.listeners.listen(talk.id) as notices:
        again = await talk.service.conversation.handle(inbound)
        async with asyncio.timeout(5):
            assert await notices.get() == "message"
    assert again == (await talk.stored())[1]


async def test_too_many_messages_get_one_polite_notice(talk: Talk) -> None:
    for number in range(25):
        await talk.write(f"message {number}")
    texts = await talk.hears(21)
    await talk.settled()
    assert texts[:20] == [f"answer to message {number}" for number in range(20)]
    assert talk.heard()[20:] == [TEXTS.get("en", "utter_too_fast")]


async def test_emergency_among_too_many_messages_is_answered(talk: Talk) -> None:
    for number in range(23):
        await talk.write(f"message {number}")
    await talk.write("my husband is beating me")
    assert (await talk.hears(22))[21] == TEXTS.get("en", "utter_emergency_violence")


async def test_flood_is_not_stored(talk: Talk) -> None:
    inbox = talk.service.stores.inbox
    await talk.service.stores.redis.set(f"rate:{talk.id}", 199)
    inbound = (await talk.write(unreadable="photo")).model_copy(update={"client_id": "another"})
    assert await inbox.accept([inbound]) == [-1]


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker"])
async def test_message_that_cannot_be_read_is_explained(talk: Talk, kind: str) -> None:
    await talk.write(unreadable=kind, device_language="tr")
    assert await talk.hears(1) == [TEXTS.get("tr", f"utter_unreadable_{kind}")]


async def test_group_hears_one_explanation(talk: Talk) -> None:
    for _ in range(3):
        await talk.write(unreadable="group")
    await talk.settled()
    assert talk.heard() == [TEXTS.get("en", "utter_group")]


async def test_person_who_blocked_the_bot_hears_again_after_coming_back(talk: Talk) -> None:
    talk.platform.failures.append(Refused("blocked", 403))
    await talk.write("hello")
    await talk.settled()
    assert await _blocked(talk)
    await talk.write("I am back")
    assert await talk.hears(1) == ["answer to I am back"]
    assert not await _blocked(talk)


async def test_presence_is_noted(talk: Talk) -> None:
    await talk.write("hello")
    await talk.settled()
    for blocked in (True, False):
        event = Presence(
            conversation_id=talk.id, channel="telegram", client_id=f"p {blocked}", blocked=blocked
        )
        await talk.accept(event)
        await talk.settled()
        assert await _blocked(talk) == blocked


async def _blocked(talk: Talk) -> bool:
    conversation = await talk.service.stores.conversations.find(talk.id)
    return bool(conversation and conversation.blocked)


async def _away(talk: Talk, hours: float) -> None:
    async with talk.service.stores.storage.write() as session:
        moment = now() - timedelta(hours=hours)
        await session.execute(
            update(Conversation).where(Conversation.id == talk.id).values(last_heard_at=moment)
        )


async def test_reply_after_the_window_waits_and_is_sent_once_when_the_person_writes_again(
    talk: Talk, rasa: FakeRasa
) -> None:
    talk.platform.window_hours = 24
    rasa.behave("refused")
    await talk.write("first question")
    await talk.hears(1)
    await _away(talk, 25)
    rasa.behave("answers")
    await talk.settled()
    assert (len(talk.heard()), talk.platform.invited) == (1, [(talk.address, "en")])
    assert ("held", None) in await _states(talk)
    # Two messages at once: the second must not let it go a second time.
    await asyncio.gather(talk.write("here"), talk.write("again"))
    texts = await talk.hears(4)
    await talk.settled()
    assert texts[1] == "answer to first question"
    assert sorted(texts[2:]) == ["answer to again", "answer to here"]
    assert len(talk.heard()) == 4
    assert "held" not in [state for state, _ in await _states(talk)]


async def test_reply_that_comes_back_long_after_it_was_sent_waits_for_the_person(talk: Talk) -> None:
    await talk.write("question")
    await talk.hears(1)
    await talk.settled()
    await talk.accept(
        Delivery(
            conversation_id=talk.id,
            channel="telegram",
            client_id="number-1 failed",
            platform_id="number-1",
            state="failed",
            error=131047,
        )
    )
    await talk.settled()
    assert await _states(talk) == [("held", None)]
    assert talk.platform.invited == [(talk.address, "en")]
    await talk.write("hello")
    assert await talk.hears(3) == ["answer to question", "answer to question", "answer to hello"]
    await talk.settled()
    assert [state for state, _ in await _states(talk)] == ["sent", "sent"]


async def test_forgotten_person_leaves_nothing(talk: Talk, tmp_path: Path) -> None:
    # The confirmation had the address stored anew, for a month.
    await talk.write("question about zugunruhe")
    await talk.hears(1)
    await talk.settled()
    started = time.monotonic()
    await talk.service.stores.conversations.request_forget(talk.id)
    await talk.write("yes")
    assert (await talk.hears(2))[1] == TEXTS.get("en", "utter_deleted")
    await talk.settled()
    assert time.monotonic() - started < 60
    assert await talk.stored() == []
    assert await talk.service.stores.conversations.find(talk.id) is None
    assert list(key_files(tmp_path / "data" / "keys")) == []
    left = [key.decode() for key in await talk.service.stores.redis.keys("*")]
    assert [key for key in left if talk.id in key] == []
    await talk.write("hello")
    assert (await talk.hears(3))[2] == "answer to hello"


async def test_deletion_is_confirmed_when_rasa_fails_after_it_was_asked_for(
    talk: Talk, rasa: FakeRasa
) -> None:
    # The person heard an apology, and everything was kept until the next start.
    rasa.behave("time-out")
    await talk.write("yes")
    await until(lambda: bool(rasa.asked))
    await talk.service.stores.conversations.request_forget(talk.id)
    rasa.behave("empty list")
    assert await talk.hears(1) == [TEXTS.get("en", "utter_deleted")]
    await talk.settled()
    assert await talk.stored() == []


async def test_message_that_was_deleted_with_everything_is_not_passed_over(
    talk: Talk, rasa: FakeRasa
) -> None:
    # It was accepted between the yes and the deletion, and vanished without a word.
    rasa.behave("time-out")
    await talk.write("yes")
    await until(lambda: bool(rasa.asked))
    await talk.write("and where is the hospital?")
    await talk.service.stores.conversations.request_forget(talk.id)
    rasa.behave("empty list")
    assert await talk.hears(2) == [TEXTS.get("en", "utter_deleted"), DELETED_MEANWHILE]
    await talk.settled()
    assert await talk.stored() == []
    assert talk.service.stores.keys.find(talk.id) is None


async def _press_yes_before_a_crash(talk: Talk, forget: Callable[[Stores, str], Awaitable[None]]) -> None:
    """Accept a yes while nobody works, and leave the deletion as a killed service would."""
    stores = talk.service.stores
    await stores.conversations.set_language(talk.id, "tr", chosen=True)
    await talk.write("evet")
    await stores.conversations.request_forget(talk.id)
    await forget(stores, talk.id)


async def _replace_key(stores: Stores, id: str) -> None:
    key = new_key()
    await stores.conversations.move_address(id, Sealer(key), "address-after-crash")
    stores.keys.replace(id, key)


async def _begin_anew(stores: Stores, id: str) -> None:
    await _replace_key(stores, id)
    await stores.conversations.begin_anew(id)


@pytest.mark.parametrize("forget", [_replace_key, _begin_anew])
async def test_deletion_is_confirmed_by_the_next_service_when_one_dies_over_it(
    knowledge: Knowledge,
    tmp_path: Path,
    streams: Streams,
    rasa: FakeRasa,
    platform: Platform,
    forget: Callable[[Stores, str], Awaitable[None]],
) -> None:
    channels = {platform.name: platform}
    async with running_service(knowledge, tmp_path, streams, rasa.url, channels) as service:
        talk = Talk(service, platform, "address-after-crash")
        await talk.write("merhaba")
        await talk.hears(1)
        await talk.settled()
    settings = Settings(data=tmp_path, _env_file=None)  # type: ignore[call-arg]
    stores = open_stores(settings, streams)
    await _press_yes_before_a_crash(Talk(replace(service, stores=stores), platform, talk.address), forget)
    await stores.close()
    async with running_service(knowledge, tmp_path, streams, rasa.url, channels) as service:
        talk = Talk(service, platform, talk.address)
        assert (await talk.hears(2))[1] == TEXTS.get("tr", "utter_deleted_meanwhile")
        await talk.settled()
        assert await talk.stored() == []
        assert service.stores.keys.find(talk.id) is None


async def test_deletion_that_nobody_finishes_is_finished_at_the_second_look(talk: Talk) -> None:
    await talk.write("hello")
    await talk.hears(1)
    await talk.settled()
    forgetting = talk.service.forgetting
    await talk.service.stores.conversations.request_forget(talk.id)
    asked = await forgetting.finish(())
    assert list(asked) == [talk.id]
    assert await talk.stored() != []
    await forgetting.finish(asked)
    assert await talk.stored() == []
    assert talk.service.stores.keys.find(talk.id) is None


async def test_person_who_writes_after_a_month_is_not_purged_before_the_answer(
    talk: Talk, rasa: FakeRasa
) -> None:
    # At a start, the purge came before what had been accepted meanwhile, and took the key that opens it.
    await talk.write("hello")
    await talk.hears(1)
    await talk.settled()
    long_ago = now() - timedelta(days=40)
    async with talk.service.stores.storage.write() as session:
        for table in (Message, Row, Conversation):
            moment = table.changed_at if table is Row else table.created_at
            await session.execute(update(table).values({moment: long_ago}))
    rasa.behave("time-out")
    await talk.write("I am back")
    await until(lambda: len(rasa.asked) == 2)
    async with talk.service.stores.storage.write() as session:
        await session.execute(update(Message).values(created_at=long_ago))
    await talk.service.forgetting.purge(30, 8)
    rasa.behave("answers")
    await until(lambda: "answer to I am back" in talk.heard())
    await talk.settled()
    async with talk.service.stores.storage.write() as session:
        await session.execute(update(Message).values(created_at=long_ago))
    await talk.service.forgetting.purge(30, 8)
    assert await talk.service.stores.conversations.find(talk.id) is None


async def test_group_in_which_people_talk_sees_no_sign_of_writing(talk: Talk) -> None:
    await talk.write(unreadable="group")
    await talk.hears(1)
    await talk.write(unreadable="group")
    await talk.settled()
    assert talk.platform.seen_messages == []
