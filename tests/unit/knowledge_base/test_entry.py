from datetime import date

import pytest
from pydantic import ValidationError

from knowledge_base.entry import Entry, EntryFrame, Fact, Translation, Value

FRAME = {"facts": ["R01"], "related": ["a.b", "a.c"]}


def test_entry_theme_is_the_first_part_of_its_id() -> None:
    assert Entry.model_validate({**FRAME, "id": "health.vaccination", "translations": {}}).theme == "health"


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": []},
        {"facts": ["1", "2", "3", "4"]},
        {"related": ["a.b"]},
        {"related": ["a.b", "a.c", "a.d", "a.e"]},
        {"plases": []},
        {"refuse": "perhaps"},
    ],
)
def test_frame_out_of_bounds(wrong: dict[str, object]) -> None:
    frame = EntryFrame.model_validate(FRAME)
    assert (frame.urgent, frame.refuse, frame.places) == (False, False, ())
    with pytest.raises(ValidationError):
        EntryFrame.model_validate({**FRAME, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": ""},
        {"question": "x" * 201},
        {"paraphrases": list("abcd")},
        {"anser": "typo"},
        {"state": "done"},
    ],
)
def test_translation_out_of_bounds(wrong: dict[str, object]) -> None:
    right = {"question": "How?", "paraphrases": list("abcde")}
    translation = Translation.model_validate(right)
    assert (translation.answer, translation.state) == (None, "starter")
    assert Translation.model_validate({**right, "state": "reviewed"}).state == "reviewed"
    with pytest.raises(ValidationError):
        Translation.model_validate({**right, **wrong})


@pytest.mark.parametrize(
    "wrong", [{"confirmation": "sure"}, {"sources": []}, {"seen_on": "yesterday"}, {"title": None}]
)
def test_fact_out_of_bounds(wrong: dict[str, object]) -> None:
    right = {"title": "A", "confirmation": "secondary", "sources": [{"name": "A page"}]}
    assert Fact.model_validate(right).seen_on is None
    assert Fact.model_validate({**right, "seen_on": "2026-03-09"}).seen_on == date(2026, 3, 9)
    with pytest.raises(ValidationError):
        Fact.model_validate({**right, **wrong})


@pytest.mark.parametrize("wrong", [{"seen": "sure"}, {"review_by": None}, {"value": 7}, {"seen_on": "now"}])
def test_value_out_of_bounds(wrong: dict[str, object]) -> None:
    right = {"value": "7", "fact": "F1", "source": "S", "seen": "official", "review_by": "2030-01-01"}
    assert Value.model_validate(right).review_by == date(2030, 1, 1)
    with pytest.raises(ValidationError):
        Value.model_validate({**right, **wrong})
