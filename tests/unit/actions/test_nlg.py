from typing import Any, cast

import pytest

from actions.answer_text import compose
from actions.directory_text import describe
from actions.nlg import UnknownResponse, generate
from actions.services import Services
from bot.base.texts import Texts
from knowledge_base.content_files import Content
from knowledge_base.directory import Directory

ENTRY, KIND = "health.emergency_care", "migration_directorate"


@pytest.fixture
def services(texts: Texts, content: Content, directory: Directory) -> Services:
    """Only what texts are made from."""
    unused = cast("Any", None)
    return Services(texts, content, directory, unused, unused, unused, unused, unused)


def test_generate_answer(services: Services, code: str) -> None:
    entry = services.content.entries[ENTRY]
    expected = compose(entry, code, services.content, services.texts)
    assert generate(services, "utter_answer", {"answer": ENTRY}, code) == expected


def test_generate_places(services: Services, code: str) -> None:
    words = {"kind": KIND, "province": "06", "services": [KIND, "06"]}
    text = generate(services, "utter_services", words, code)
    first, *places = text.split("\n\n")
    assert first.startswith(services.texts.get(code, f"place_{KIND}"))
    assert services.directory.provinces["06"].name_in(code) in first
    assert "\n\n".join(places) == describe(services.directory, KIND, "06", code, services.texts)


def test_generate_places_that_are_not_known(services: Services, code: str) -> None:
    words = {"kind": KIND, "province": "75", "services": [KIND, "75"]}
    text = generate(services, "utter_services_unknown", words, code)
    assert services.directory.provinces["75"].name_in(code) in text
    assert "157" in text


def test_generate_theme(services: Services, code: str) -> None:
    theme = services.texts.get(code, "theme_health")
    assert theme in generate(services, "utter_theme", {"theme": "health"}, code)


def test_generate_numbers(services: Services) -> None:
    text = generate(services, "utter_delete_ask", {"messages": 12, "tickets": 1}, "en")
    assert "(12)" in text


def test_generate_in_an_unknown_language(services: Services) -> None:
    assert generate(services, "utter_thanks", {}, "xx") == services.texts.get("en", "utter_thanks")


def test_generate_unknown_text(services: Services) -> None:
    with pytest.raises(UnknownResponse, match="utter_nothing"):
        generate(services, "utter_nothing", {}, "en")
