"""The reply to an emergency. Needs no model and no Rasa, so it works when those do not."""

from collections.abc import Mapping

from bot.base.reply import Decision, Reply
from bot.base.texts import Texts
from bot.pipeline.choices import human_choice
from bot.pipeline.emergency import FACTS
from knowledge_base.entry import Value


def emergency_reply(kind: str, language: str, texts: Texts, values: Mapping[str, Value]) -> Reply:
    """The numbers to call and what to do first, in the person's language, with the offer of a person."""
    text = texts.get(
        language,
        f"utter_emergency_{kind}",
        deportation_appeal_days=values["deportation_appeal_days"].value,
    )
    decision = Decision(decision="emergency", language=language, facts=FACTS[kind])
    return Reply(text=text, choices=(human_choice(texts, language),), decision=decision)
