"""Finding a place: the form of kind and province, by buttons and by words, through the whole bot."""

import pytest

from bot.base.texts import Texts
from knowledge_base.directory import Directory, load_directory
from tests.support.person import Person

TEXTS = Texts()
# A kind and a province as people type them, with the province's number.
TYPED = {
    "en": ("migration office", "Antep", "27"),
    "tr": ("göç idaresi", "Ankara'da", "06"),
    "ar": ("دائرة الهجرة", "غازي عنتاب", "27"),
    "fa": ("اداره مهاجرت", "استانبول", "34"),
    "ps": ("د مهاجرت اداره", "انقره", "06"),
    "so": ("xafiiska socdaalka", "Istanbul", "34"),
    "kmr": ("göç idaresi", "Riha", "63"),
    "ckb": ("نووسینگەی کۆچ", "ئیستانبوڵ", "34"),
    "ru": ("миграционная служба", "Стамбул", "34"),
}


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory()


@pytest.mark.parametrize("code", TYPED)
def test_place_is_found_by_typing_kind_and_province(person: Person, directory: Directory, code: str) -> None:
    person.choose(code)
    kind, province, number = TYPED[code]
    asked = person.press(person.say("merhaba"), TEXTS.get(code, "button_find_service"))
    assert asked.text == TEXTS.get(code, "utter_ask_service_kind")
    which = person.say(kind)
    assert which.text == TEXTS.get(code, "utter_ask_province")
    found = person.say(province)
    assert directory.find("migration_directorate", number)[0].name in found.text
    assert "157" in found.text


def test_place_is_found_by_buttons_and_changed_by_buttons(person: Person, directory: Directory) -> None:
    asked = person.press(person.say("hello"), TEXTS.get("en", "button_find_service"))
    assert len(asked.titles) == len(directory.kinds) + 1
    which = person.press(asked, TEXTS.get("en", "place_labour_office"))
    found = person.press(which, "Konya")
    assert directory.find("labour_office", "42")[0].name in found.text
    other = person.press(person.press(found, TEXTS.get("en", "button_other_province")), "Adana")
    assert directory.find("labour_office", "01")[0].name in other.text
    kind = person.press(other, TEXTS.get("en", "button_other_place"))
    again = person.press(kind, TEXTS.get("en", "place_population_office"))
    assert directory.find("population_office", "01")[0].name in again.text


def test_unknown_province_is_asked_again_and_loses_nothing(person: Person, directory: Directory) -> None:
    person.press(person.say("hello"), TEXTS.get("en", "button_find_service"))
    person.say("labour office")
    for _ in range(3):  # more turns than Rasa keeps
        again = person.say("xyzzy")
        assert again.text.startswith(TEXTS.get("en", "utter_not_recognised"))
    found = person.say("Istanbull")
    assert directory.find("labour_office", "34")[0].name in found.text


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("how do I get a travel permit?", "answer"),
        ("I want to talk to a person", "handoff"),
        ("my husband is beating me", "emergency"),
        ("thank you very much", "smalltalk"),
    ],
)
def test_another_wish_in_the_middle_is_answered(person: Person, text: str, decision: str) -> None:
    person.press(person.say("hello"), TEXTS.get("en", "button_find_service"))
    assert person.say(text).decision == decision


def test_button_of_an_old_answer_works_in_the_middle(person: Person) -> None:
    hello = person.say("hello")
    person.press(hello, TEXTS.get("en", "button_find_service"))
    assert person.press(hello, TEXTS.get("en", "button_topics")).text == TEXTS.get("en", "utter_topics")


def test_answer_leads_to_the_place_it_names(person: Person) -> None:
    answer = person.say("how do I get a travel permit?")
    which = person.press(answer, TEXTS.get("en", "button_find_service"))
    assert which.text == TEXTS.get("en", "utter_ask_province")


def test_kind_without_a_list_says_so_honestly(person: Person, directory: Directory) -> None:
    assert directory.find("migrant_health_centre", "75") == []
    person.press(person.say("hello"), TEXTS.get("en", "button_find_service"))
    person.say("migrant health centre")
    answer = person.say("Ardahan")
    wanted = TEXTS.get(
        "en",
        "utter_services_unknown",
        kind=TEXTS.get("en", "place_migrant_health_centre"),
        province="Ardahan",
    )
    assert answer.text == wanted
