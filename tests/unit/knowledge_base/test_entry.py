import pytest
from pydantic import ValidationError

from knowledge_base.entry import Entry, EntryFrame, Fact, Translation

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
    ],
)
def test_frame_out_of_bounds(wrong: dict[str, object]) -> None:
    assert EntryFrame.model_validate(FRAME)
    with pytest.raises(ValidationError):
        EntryFrame.model_validate({**FRAME, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [{"question": ""}, {"question": "x" * 201}, {"paraphrases": list("abcd")}, {"anser": "typo"}],
)
def test_translation_out_of_bounds(wrong: dict[str, object]) -> None:
    right = {"question": "How?", "paraphrases": list("abcde")}
    assert Translation.model_validate(right).answer is None
    with pytest.raises(ValidationError):
        Translation.model_validate({**right, **wrong})


@pytest.mark.parametrize(
    "wrong", [{"confirmation": "sure"}, {"sources": []}, {"checked_on": "yesterday"}, {"title": None}]
)
def test_fact_out_of_bounds(wrong: dict[str, object]) -> None:
    right = {"title": "A", "confirmation": "secondary", "sources": [{"name": "A page"}]}
    assert Fact.model_validate(right)
    with pytest.raises(ValidationError):
        Fact.model_validate({**right, **wrong})
