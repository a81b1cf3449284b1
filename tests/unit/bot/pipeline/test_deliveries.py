"""What became of the parts of a reply, in a real record."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.base.record import Delivery as Row
from bot.base.record import now
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.deliveries import Deliveries
from bot.pipeline.inbound import Delivery, DeliveryState
from bot.pipeline.outbox import Sending
from tests.support.record import BOTH

pytestmark = BOTH

A, B = "whatsapp-a", "whatsapp-b"
WINDOW_CLOSED = 131047


@pytest.fixture(autouse=True)
async def opened(conversations: Conversations) -> None:
    for id in (A, B):
        await conversations.open(id, "whatsapp", "7")


def ours(state: DeliveryState, platform_id: str | None = None, message: int = 1, part: int = 0) -> Delivery:
    """A note of our own sender."""
    return Delivery(
        conversation_id=A,
        channel="whatsapp",
        client_id="1-1",
        platform_id=platform_id,
        state=state,
        message=message,
        part=part,
    )


def theirs(
    state: DeliveryState, platform_id: str = "wamid", id: str = A, error: int | None = None
) -> Delivery:
    """A note of the platform."""
    return Delivery(
        conversation_id=id,
        channel="whatsapp",
        client_id=f"{platform_id} {state}",
        platform_id=platform_id,
        state=state,
        error=error,
    )


async def rows(storage: Storage) -> list[tuple[str, int | None, int | None, str | None, int | None]]:
    """State, message, part, the platform's number and error of each."""
    async with storage.read() as session:
        found = await session.scalars(select(Row).order_by(Row.message_id, Row.part, Row.id))
        return [(row.state, row.message_id, row.part, row.platform_id, row.error) for row in found]


async def test_states_of_a_part_go_forward(deliveries: Deliveries, storage: Storage) -> None:
    for note in (ours("sent", "wamid"), theirs("delivered"), theirs("read")):
        await deliveries.note(note)
        assert await rows(storage) == [(note.state, 1, 0, "wamid", None)]


@pytest.mark.parametrize(
    "order", list(itertools.permutations([ours("sent", "wamid"), theirs("delivered"), theirs("read")]))
)
async def test_notes_in_any_order_end_in_the_same(
    deliveries: Deliveries, storage: Storage, order: tuple[Delivery, ...]
) -> None:
    for note in order:
        await deliveries.note(note)
    assert await rows(storage) == [("read", 1, 0, "wamid", None)]


async def test_repeated_notes_change_nothing(deliveries: Deliveries, storage: Storage) -> None:
    for note in [ours("sent", "wamid"), theirs("delivered")] * 3:
        await deliveries.note(note)
    assert await rows(storage) == [("delivered", 1, 0, "wamid", None)]


async def test_parts_have_states_of_their_own(deliveries: Deliveries, storage: Storage) -> None:
    await deliveries.note(ours("sent", "one", part=0))
    await deliveries.note(ours("failed", part=1))
    await deliveries.note(theirs("read", "one"))
    assert await rows(storage) == [("read", 1, 0, "one", None), ("failed", 1, 1, None, None)]


async def test_failure_keeps_its_code(deliveries: Deliveries, storage: Storage) -> None:
    await deliveries.note(ours("sent", "wamid"))
    await deliveries.note(theirs("failed", error=131026))
    assert await rows(storage) == [("failed", 1, 0, "wamid", 131026)]


async def test_same_number_in_two_chats_is_two_messages(deliveries: Deliveries, storage: Storage) -> None:
    # Some platforms number the messages of each chat on their own.
    await deliveries.note(ours("sent", "7"))
    await deliveries.note(theirs("read", "7", B))
    assert sorted(row[0] for row in await rows(storage)) == ["read", "sent"]


async def test_held_parts_are_released_in_order(deliveries: Deliveries) -> None:
    for message, part in ((2, 0), (1, 1), (1, 0)):
        await deliveries.note(ours("held", message=message, part=part))
    wanted = [Sending(A, 1, 0), Sending(A, 1, 1), Sending(A, 2, 0)]
    assert await deliveries.release(A, "first") == wanted
    assert await deliveries.release(B, "first") == []


async def test_held_parts_go_with_one_message_only(deliveries: Deliveries) -> None:
    # A second message that came before the parts were noted as sent let them go once more.
    await deliveries.note(ours("held"))
    assert await deliveries.release(A, "first") == [Sending(A, 1, 0)]
    assert await deliveries.release(A, "second") == []
    assert await deliveries.release(A, "first") == [Sending(A, 1, 0)]  # that message is processed again
    await deliveries.note(ours("sent", "wamid"))
    assert await deliveries.release(A, "first") == []


async def test_part_that_had_to_be_held_again_goes_with_a_later_message(deliveries: Deliveries) -> None:
    await deliveries.note(ours("held"))
    await deliveries.release(A, "first")
    await deliveries.note(ours("held"))
    assert await deliveries.release(A, "second") == [Sending(A, 1, 0)]


async def test_part_that_comes_back_late_is_held_again(deliveries: Deliveries, storage: Storage) -> None:
    await deliveries.note(ours("sent", "wamid"))
    assert await deliveries.hold_again(theirs("failed", error=WINDOW_CLOSED))
    assert await rows(storage) == [("held", 1, 0, None, None)]
    assert await deliveries.release(A, "first") == [Sending(A, 1, 0)]
    await deliveries.note(ours("sent", "another"))
    assert await rows(storage) == [("sent", 1, 0, "another", None)]


@pytest.mark.parametrize(
    "note",
    [theirs("failed", "unknown"), theirs("failed", id=B), ours("held")],
)
async def test_unknown_part_is_not_held_again(
    deliveries: Deliveries, storage: Storage, note: Delivery
) -> None:
    await deliveries.note(ours("sent", "wamid"))
    await deliveries.note(ours("held", part=1))
    before = await rows(storage)
    assert not await deliveries.hold_again(note)
    assert await rows(storage) == before


async def test_platform_that_is_faster_than_our_note_about_a_held_part(
    deliveries: Deliveries, storage: Storage
) -> None:
    # Two rows stood for one part, and the note could never be stored.
    await deliveries.note(ours("held"))
    await deliveries.release(A, "first")
    await deliveries.note(theirs("delivered"))
    await deliveries.note(ours("sent", "wamid"))
    assert await rows(storage) == [("delivered", 1, 0, "wamid", None)]


@pytest.mark.parametrize("hours", [-2, 0, 2])
async def test_moment_of_a_change_is_the_platform_s_but_never_in_the_future(
    deliveries: Deliveries, storage: Storage, hours: int
) -> None:
    at = now() + timedelta(hours=hours)
    await deliveries.note(ours("sent", "wamid"))
    await deliveries.note(theirs("read").model_copy(update={"at": at}))
    async with storage.read() as session:
        changed = await session.scalar(select(Row.changed_at))
    assert changed is not None
    assert changed == at if hours < 1 else now() - changed < timedelta(seconds=10)
    assert changed <= now()
