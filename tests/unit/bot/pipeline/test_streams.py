from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.streams import PARTITIONS, inbox, outbox, partition_of


def test_partition_is_the_same_in_every_version() -> None:
    # Another one would let two workers have the same conversation while an upgrade runs.
    assert [partition_of(id) for id in ("web-1", "telegram-1", "whatsapp-0123")] == [8, 4, 9]


@given(st.text(alphabet="abcdef0123456789-", min_size=1))
def test_partition_of_any_conversation_exists(id: str) -> None:
    assert partition_of(id) in range(PARTITIONS)


def test_conversations_spread_over_all_partitions() -> None:
    assert {partition_of(f"web-{number}") for number in range(500)} == set(range(PARTITIONS))


def test_streams_of_a_partition_are_two() -> None:
    assert len({name(partition) for name in (inbox, outbox) for partition in range(PARTITIONS)}) == 32
