from typing import Any, cast

import pytest

from actions.answer_text import compose, question_in
from actions.nlg import UnknownResponse, generate
from actions.services import Services
from bot.base.texts import Texts
from knowledge_base.content_files import Content

ENTRY = "health.emergency_care"


@pytest.fixture
def services(texts: Texts, content: Content) -> Services:
    """Only what texts are made from."""
    unused = cast("Any", None)
    return Services(texts, content, unused, unused, unused, unused)


def test_generate_answer(services: Services, code: str) -> None:
    entry = services.content.entries[ENTRY]
    expected = compose(entry, code, services.content, services.texts)
    assert generate(services, "utter_answer", {"answer": ENTRY}, code) == expected


def test_generate_places_of_a_question(services: Services, code: str) -> None:
    words = {"question": ENTRY, "places": ["hospital", "court"]}
    first, *places = generate(services, "utter_find_service", words, code).split("\n")
    assert question_in(services.content.entries[ENTRY], code) in first
    assert places == [f"- {services.texts.get(code, f'place_{name}')}" for name in ("hospital", "court")]


def test_generate_theme(services: Services, code: str) -> None:
    theme = services.texts.get(code, "theme_health")
    assert theme in generate(services, "utter_theme", {"theme": "health"}, code)


def test_generate_numbers(services: Services) -> None:
    text = generate(services, "utter_delete_ask", {"messages": 12, "tickets": 1}, "en")
    assert "12 messages" in text


def test_generate_in_an_unknown_language(services: Services) -> None:
    assert generate(services, "utter_thanks", {}, "xx") == services.texts.get("en", "utter_thanks")


def test_generate_unknown_text(services: Services) -> None:
    with pytest.raises(UnknownResponse, match="utter_nothing"):
        generate(services, "utter_nothing", {}, "en")
