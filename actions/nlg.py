"""The NLG endpoint: every text the bot says, in the language of the conversation."""

from typing import Any

from actions.answer_text import compose, question_in
from actions.services import Services
from bot.base.languages import languages


class UnknownResponse(KeyError):
    """Rasa asked for a text that does not exist."""


def generate(services: Services, response: str, arguments: dict[str, Any], language: str) -> str:
    """The text of `response`. `arguments` are the words to fill in, or ids of entries, themes, places."""
    if not services.texts.has(response):
        raise UnknownResponse(response)
    language = language if language in languages() else "en"
    places = arguments.pop("places", [])
    words = {name: _word(services, name, value, language) for name, value in arguments.items()}
    lines = [f"- {services.texts.get(language, f'place_{place}')}" for place in places]
    return "\n".join([services.texts.get(language, response, **words), *lines])


def _word(services: Services, name: str, value: Any, language: str) -> str:
    if name == "answer":
        return compose(services.content.entries[value], language, services.content, services.texts)
    if name == "question":
        return question_in(services.content.entries[value], language)
    if name == "theme":
        return services.texts.get(language, f"theme_{value}")
    return str(value)
