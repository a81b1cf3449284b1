"""The form of kind and province: what fills it, what asks again, what ends it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from actions.places import OFFERED_PROVINCES
from bot.base.texts import Texts
from knowledge_base.directory import Directory
from tests.support.acting import Bot

Bots = Callable[..., Bot]
VALIDATE = "validate_find_service_form"
MIGRATION = "migration_directorate"


@pytest.fixture
def bot(bots: Bots) -> Bot:
    return bots("decline")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is the migration office in Ankara", {"service_kind": MIGRATION, "province": "06"}),
        ("where is the migration office", {"service_kind": MIGRATION, "province": None}),
        ("a place in Gaziantep", {"service_kind": None, "province": "27"}),
        ("وين دائرة الهجرة بعنتاب", {"service_kind": MIGRATION, "province": "27"}),
        ("where", {"service_kind": None, "province": None}),
    ],
)
async def test_wish_for_a_place_fills_what_it_names(bot: Bot, text: str, expected: dict[str, Any]) -> None:
    said = await bot.run("action_find_service", text, "find_service")
    assert said.events == {**expected, "followup": "find_service_form"}
    assert said.texts == []


async def test_wish_for_a_place_with_a_sure_answer_gets_that(bots: Bots) -> None:
    said = await bots("answer").run("action_find_service", "which school in Ankara", "find_service")
    assert said.texts == ["utter_answer"]
    assert said.events == {"pending": None}


async def test_button_for_a_place_searches_nothing(bots: Bots) -> None:
    bot = bots("answer")
    said = await bot.run("action_find_service", "/find_service", "find_service")
    assert said.events == {"followup": "find_service_form"}
    assert bot.encoder.asked == []


@pytest.mark.parametrize(
    ("requested", "text", "expected"),
    [
        ("province", "Ankara", {"province": "06"}),
        ("province", "Ankarada", {"province": "06"}),
        ("province", "Trabzn", {"province": "61"}),
        ("province", "migration office in Adana", {"service_kind": MIGRATION, "province": "01"}),
        ("service_kind", "migraton office", {"service_kind": MIGRATION}),
        ("service_kind", "Adana", {"province": "01"}),
        ("service_kind", "Trabzn", {"service_kind": None}),  # a misspelt province where a kind was asked for
        ("province", "migraton office", {"province": None}),
        (None, "Ankara", {"province": "06"}),
        (None, "zzz", {}),
    ],
)
async def test_validate_reads_words(
    bot: Bot, requested: str | None, text: str, expected: dict[str, Any]
) -> None:
    said = await bot.run(VALIDATE, text, slots={"requested_slot": requested})
    assert said.events == expected


@pytest.mark.parametrize(
    "entities",
    [{"service_kind": MIGRATION}, {"province": "34"}, {"service_kind": MIGRATION, "province": "34"}],
)
async def test_validate_reads_buttons(bot: Bot, entities: dict[str, str]) -> None:
    payload = "/choose_place" + json.dumps(entities)
    for requested in ("service_kind", "province", None):
        said = await bot.run(
            VALIDATE, payload, "choose_place", {"requested_slot": requested}, entities=entities
        )
        assert said.events == entities


@pytest.mark.parametrize(
    ("text", "intent", "asks_again"),
    [
        ("xyzzy", "nlu_fallback", True),
        ("xyzzy abc", "find_service", True),
        ("xyzzy", "off_topic", True),
        ("how do I get to school in this town", "ask_question", False),
        ("a long sentence that names nothing", "nlu_fallback", False),
        ("thanks", "thanks", False),
        ("no", "deny", False),
        ("/show_topics", "nlu_fallback", False),
    ],
)
async def test_validate_asks_again_or_ends_the_form(
    bot: Bot, text: str, intent: str, asks_again: bool
) -> None:
    said = await bot.run(VALIDATE, text, intent, {"requested_slot": "province"})
    assert said.events == ({"province": None} if asks_again else {"province": None, "requested_slot": None})


@pytest.mark.parametrize(
    ("text", "fills"), [("Can I travel to Ankara with my kimlik", False), ("what about Ankara", True)]
)
async def test_validate_takes_a_long_question_for_a_question(bot: Bot, text: str, fills: bool) -> None:
    said = await bot.run(VALIDATE, text, "ask_question", {"requested_slot": "province"})
    assert (said.events.get("province") == "06") is fills
    assert ("requested_slot" in said.events) is not fills


async def test_ask_kind_offers_all_kinds_and_a_person(bot: Bot, directory: Directory, texts: Texts) -> None:
    said = await bot.run("action_ask_service_kind", "/find_service", "find_service", language="so")
    assert said.texts == ["utter_ask_service_kind"]
    titles = [texts.get("so", f"place_{kind}") for kind in directory.kinds]
    assert list(said.buttons) == [*titles, texts.get("so", "button_human")]
    assert said.buttons[titles[0]].startswith("/choose_place{")
    assert (said.decision["decision"], said.decision["alternatives"]) == ("clarify", [])


async def test_ask_province_offers_some_in_the_letters_of_the_language(
    bot: Bot, directory: Directory
) -> None:
    said = await bot.run("action_ask_province", "where is the court", "find_service", language="ar")
    assert said.texts == ["utter_ask_province"]
    titles = [directory.provinces[number].name_in("ar") for number in OFFERED_PROVINCES]
    assert list(said.buttons)[:-1] == titles
    assert [json.loads(said.buttons[t].removeprefix("/choose_place"))["province"] for t in titles] == [
        *OFFERED_PROVINCES
    ]
    assert len(said.decision["alternatives"]) == 3  # questions that are near the message


@pytest.mark.parametrize(("slot", "name"), [("service_kind", "service_kind"), ("province", "province")])
async def test_ask_again_says_that_nothing_was_recognised(bot: Bot, slot: str, name: str) -> None:
    said = await bot.run(f"action_ask_{name}", "xyzzy", slots={"requested_slot": slot})
    assert said.texts == ["utter_not_recognised", f"utter_ask_{name}"]
    assert said.decision["alternatives"] == []


async def test_show_services_says_the_places_and_leads_on(bot: Bot) -> None:
    said = await bot.run("action_show_services", slots={"service_kind": MIGRATION, "province": "06"})
    assert said.texts == ["utter_services"]
    assert said.words == {"kind": MIGRATION, "province": "06", "services": [MIGRATION, "06"]}
    assert list(said.buttons.values()) == [
        f'/choose_place{{"service_kind": "{MIGRATION}"}}',
        '/choose_place{"province": "06"}',
        "/request_human",
    ]
    assert said.decision["decision"] == "clarify"
    assert said.events == {"service_kind": None, "province": None}


async def test_show_services_of_every_kind_in_every_province(bot: Bot, directory: Directory) -> None:
    for kind, item in directory.kinds.items():
        for province in ("06", "75"):
            said = await bot.run("action_show_services", slots={"service_kind": kind, "province": province})
            known = directory.find(kind, province) or item.everywhere == "district"
            assert said.texts == ["utter_services" if known else "utter_services_unknown"]


@pytest.mark.parametrize(
    ("intent", "slots", "text"),
    [
        ("thanks", {"service_kind": MIGRATION}, "utter_thanks"),
        ("request_human", {}, "utter_ticket_stored"),
        ("ask_question", {"province": "06"}, "utter_decline"),
        ("something_new", {}, "utter_decline"),
    ],
)
async def test_show_services_answers_what_was_asked_instead(
    bot: Bot, intent: str, slots: dict[str, Any], text: str
) -> None:
    said = await bot.run("action_show_services", "zzz qqq", intent, slots)
    assert said.texts[0] == text
    assert said.decision
    assert {"service_kind": None, "province": None}.items() <= said.events.items()
