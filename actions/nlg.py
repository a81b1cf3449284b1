"""The NLG endpoint: every text the bot says, in the language of the conversation."""

from typing import Any

from actions.answer_text import compose
from actions.directory_text import describe
from actions.services import Services
from bot.base.languages import languages


class UnknownResponse(KeyError):
    """Rasa asked for a text that does not exist."""


def generate(services: Services, response: str, arguments: dict[str, Any], language: str) -> str:
    """The text of `response`. `arguments` are words to fill in, or ids of what they name."""
    if not services.texts.has(response):
        raise UnknownResponse(response)
    language = language if language in languages() else "en"
    words = {name: _word(services, name, value, language) for name, value in arguments.items()}
    return services.texts.get(language, response, **words)


def _word(services: Services, name: str, value: Any, language: str) -> str:
    if name == "answer":
        return compose(services.content.entries[value], language, services.content, services.texts)
    if name == "kind":
        return services.texts.get(language, f"place_{value}")
    if name == "province":
        return services.directory.provinces[value].name_in(language)
    if name == "services":
        return describe(services.directory, value[0], value[1], language, services.texts)
    if name == "theme":
        return services.texts.get(language, f"theme_{value}")
    return str(value)
