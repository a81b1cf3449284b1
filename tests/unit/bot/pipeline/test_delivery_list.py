"""The list of deliveries, in a real record."""

import pytest

from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.deliveries import Deliveries
from bot.pipeline.delivery_list import DeliveryList, Listed
from bot.pipeline.inbound import Delivery, DeliveryState
from tests.support.record import BOTH

pytestmark = BOTH

NUMBER_UNKNOWN = 131026


@pytest.fixture
async def listed(storage: Storage, conversations: Conversations, deliveries: Deliveries) -> DeliveryList:
    """Four deliveries: sent, failed, held, failed."""
    await conversations.open("whatsapp-a", "whatsapp", "7")
    await deliveries.note(noted(1, "sent"))
    await deliveries.note(noted(2, "failed", NUMBER_UNKNOWN))
    await deliveries.note(noted(3, "held"))
    await deliveries.note(noted(4, "failed"))
    return DeliveryList(storage)


def noted(message: int, state: DeliveryState, error: int | None = None) -> Delivery:
    return Delivery(
        conversation_id="whatsapp-a",
        channel="whatsapp",
        client_id=f"{message}-1",
        state=state,
        error=error,
        message=message,
        part=0,
    )


def short(found: Listed) -> tuple[str, int | None, str, int | None]:
    return found.conversation_id, found.message, found.state, found.error


async def test_failed_ones_are_listed_newest_first(listed: DeliveryList) -> None:
    found = await listed.newest(10, failed_only=True)
    assert [short(one) for one in found] == [
        ("whatsapp-a", 4, "failed", None),
        ("whatsapp-a", 2, "failed", NUMBER_UNKNOWN),
    ]
    assert found[0].at >= found[1].at
    assert found[0].at.tzinfo is not None


async def test_all_are_listed_newest_first(listed: DeliveryList) -> None:
    found = await listed.newest(10, failed_only=False)
    states = [(one.message, one.state) for one in found]
    assert states == [(4, "failed"), (3, "held"), (2, "failed"), (1, "sent")]


async def test_delivery_that_changes_becomes_the_newest(listed: DeliveryList, deliveries: Deliveries) -> None:
    await deliveries.note(noted(1, "failed", NUMBER_UNKNOWN))
    assert [one.message for one in await listed.newest(10, failed_only=True)] == [1, 4, 2]


async def test_no_more_are_listed_than_wanted(listed: DeliveryList) -> None:
    assert [one.message for one in await listed.newest(1, failed_only=False)] == [4]
