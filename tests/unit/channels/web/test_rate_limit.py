import time

import pytest

from channels.web.rate_limit import RateLimit
from tests.support.clock import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def test_rate_limit_lets_some_pass_and_then_waits(clock: Clock) -> None:
    limit = RateLimit(3)
    assert [limit.seconds_to_wait("a") for _ in range(4)] == [0, 0, 0, 60]
    clock.now += 20
    assert limit.seconds_to_wait("a") == 40
    clock.now += 40
    assert limit.seconds_to_wait("a") == 0


def test_rate_limit_does_not_count_what_was_refused(clock: Clock) -> None:
    limit = RateLimit(1)
    limit.seconds_to_wait("a")
    for _ in range(59):
        clock.now += 1
        assert limit.seconds_to_wait("a") > 0
    clock.now += 1
    assert limit.seconds_to_wait("a") == 0


def test_rate_limit_asks_for_at_least_a_second(clock: Clock) -> None:
    limit = RateLimit(1)
    limit.seconds_to_wait("a")
    clock.now += 59.9
    assert limit.seconds_to_wait("a") == 1


def test_rate_limit_of_others_is_their_own(clock: Clock) -> None:
    limit = RateLimit(1)
    assert [limit.seconds_to_wait(id) for id in ("a", "b", "a", "b")] == [0, 0, 60, 60]


def test_rate_limit_forgets_quiet_conversations(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.web.rate_limit._FORGET_ABOVE", 10)
    limit = RateLimit(1)
    for number in range(10):
        limit.seconds_to_wait(f"old {number}")
    clock.now += 61
    limit.seconds_to_wait("new")
    assert list(limit._times) == ["new"]
    assert limit.seconds_to_wait("new") > 0
