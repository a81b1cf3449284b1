"""Buttons of replies that are made without Rasa."""

from bot.base.reply import Choice, payload
from bot.base.texts import Texts


def human_choice(texts: Texts, language: str) -> Choice:
    """Asks for a person."""
    return Choice(title=texts.get(language, "button_human"), payload=payload("request_human"))


def topics_choice(texts: Texts, language: str) -> Choice:
    """Shows the topics."""
    return Choice(title=texts.get(language, "button_topics"), payload=payload("start_orientation"))
