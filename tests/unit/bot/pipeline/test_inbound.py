import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.pipeline.inbound import Inbound

BASE = {"conversation_id": "web-1", "channel": "web", "client_id": "1"}
CONTENT = {"text": "", "button": "b", "language": "en", "location": [41.0, 29.0]}


@pytest.mark.parametrize("kind", CONTENT)
def test_inbound_with_one_content(kind: str) -> None:
    inbound = Inbound.model_validate({**BASE, kind: CONTENT[kind]})
    assert getattr(inbound, kind) is not None


@settings(max_examples=50, deadline=None)
@given(st.sets(st.sampled_from(list(CONTENT))))
def test_inbound_with_any_number_of_contents(kinds: set[str]) -> None:
    body = {**BASE, **{kind: CONTENT[kind] for kind in kinds}}
    if len(kinds) == 1:
        assert Inbound.model_validate(body)
        return
    with pytest.raises(ValidationError, match="expected exactly one of text, button, language, location"):
        Inbound.model_validate(body)


@pytest.mark.parametrize("wrong", [{"channel": "sms"}, {"client_id": None}, {"location": [1.0]}])
def test_inbound_that_is_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Inbound.model_validate({**BASE, "text": "hi", **wrong})


def test_inbound_cannot_be_changed() -> None:
    inbound = Inbound.model_validate({**BASE, "text": "hi"})
    with pytest.raises(ValidationError):
        inbound.text = "other"
