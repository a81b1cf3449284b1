import pytest

from bench.chaos import broken_promises
from bench.chaos_count import FIGURES, Part, compare

A, B, C = (("first", ("1",)), ("second", ("2",)), ("third", ()))
GOOD = {
    **dict.fromkeys(FIGURES, 0),
    **{"acknowledged": 10, "answered": 10, "misshapen": 0, "kills": {"rasa": 2, "valkey": 2}},
}


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ([A, B, C], {}),
        ([A, A, B, C], {"duplicated_sends": 1}),
        ([A, B, C, C], {"duplicated_sends": 1}),
        ([A, B], {"unsent": 1}),
        ([], {"unsent": 3}),
        ([A, C], {"out_of_order": 1, "unsent": 2}),
        ([A, B, A, C], {"out_of_order": 1}),
        ([A, B, C, ("made up", ())], {"out_of_order": 1}),
    ],
)
def test_comparison_finds_what_a_platform_got_wrong(sent: list[Part], faults: dict[str, int]) -> None:
    found = compare([A, B, C], sent)
    assert {name: number for name, number in found.items() if number} == faults


def test_same_part_said_twice_is_no_repetition() -> None:
    assert compare([A, A, B], [A, A, B])["duplicated_sends"] == 0
    assert compare([A, A, B], [A, A, A, B])["duplicated_sends"] == 1


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ([B, A, C], {}),
        ([A, B, C], {}),
        ([A, C, B], {}),
        ([A, C], {"unsent": 1}),
        ([B, A, B, C], {"duplicated_sends": 1}),
        ([B, C, A], {"out_of_order": 1, "unsent": 1}),
    ],
)
def test_reply_to_an_emergency_may_come_at_any_place_but_once(
    sent: list[Part], faults: dict[str, int]
) -> None:
    # Its reply was recorded first, Valkey was killed before it was queued, and it was sent in its turn.
    found = compare([B, A, C], sent, overtaking={B})
    assert {name: number for name, number in found.items() if number} == faults


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({}, 0),
        ({"lost": 1}, 1),
        ({"out_of_order": 1}, 1),
        ({"duplicated_answers": 1}, 1),
        ({"unsent": 1, "misshapen": 2}, 2),
        ({"duplicated_sends": 4}, 0),
        ({"duplicated_sends": 5}, 1),
        ({"acknowledged": 9}, 1),
        ({"kills": {"rasa": 3}}, 1),
    ],
)
def test_broken_promise_is_named(changed: dict[str, object], broken: int) -> None:
    assert len(broken_promises({**GOOD, **changed}, messages=10, kills=4)) == broken
