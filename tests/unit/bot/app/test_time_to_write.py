from datetime import UTC, datetime, timedelta

import pytest

from bot.app.time_to_write import time_to_write

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "left"),
    [
        (timedelta(), "24 h 0 min left"),
        (timedelta(hours=1, minutes=50), "22 h 10 min left"),
        (timedelta(hours=23, minutes=59), "0 h 1 min left"),
        (timedelta(hours=24), "template only"),
        (timedelta(days=30), "template only"),
    ],
)
def test_window_of_whatsapp_counts_down(ago: timedelta, left: str) -> None:
    assert time_to_write("whatsapp-1", AT - ago, AT) == left


def test_window_of_a_person_who_never_wrote_is_closed() -> None:
    assert time_to_write("whatsapp-1", None, AT) == "template only"


@pytest.mark.parametrize("id", ["telegram-1", "web-1", "test-1"])
def test_other_channels_have_no_window(id: str) -> None:
    assert time_to_write(id, AT - timedelta(days=30), AT) == "any time"
