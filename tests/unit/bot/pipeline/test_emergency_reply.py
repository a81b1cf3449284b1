import re

import pytest

from actions.people import EMERGENCY_FACTS
from bot.base.texts import Texts
from bot.pipeline.emergency import FACTS, KINDS
from bot.pipeline.emergency_reply import emergency_reply
from knowledge_base.content_files import Content


@pytest.mark.parametrize("kind", KINDS)
def test_emergency_reply_in_every_language(texts: Texts, content: Content, code: str, kind: str) -> None:
    reply = emergency_reply(kind, code, texts, content.values)
    assert (reply.decision.decision, reply.decision.language) == ("emergency", code)
    assert reply.decision.facts == FACTS[kind]
    assert not set("{}") & set(reply.text)
    assert re.search(r"\b112\b", reply.text)
    assert [choice.payload for choice in reply.choices] == ["/request_human"]


def test_emergency_reply_names_the_days_to_appeal(texts: Texts, content: Content, code: str) -> None:
    days = content.values["deportation_appeal_days"].value
    assert re.search(rf"\b{days}\b", emergency_reply("removal", code, texts, content.values).text)


def test_emergency_facts_of_the_action_exist(content: Content) -> None:
    assert set(EMERGENCY_FACTS) <= set(content.facts)
