"""Which language a reply has."""

import pytest

from bot.base.languages import languages
from bot.base.texts import Texts
from tests.support.person import Person

TEXTS = Texts()
WORDS = {
    "ar": "بالعربي لو سمحت",
    "fa": "فارسی حرف بزن",
    "tr": "türkçe konuşmak istiyorum",
    "ckb": "کوردی سۆرانی",
}


def _state(person: Person) -> tuple[object, ...]:
    query = "select language, language_chosen from conversation where id = ?"
    return person.stack.rows(query, person.id)[0]


@pytest.mark.parametrize("code", list(languages()))
def test_language_of_the_picker_is_chosen(person: Person, code: str) -> None:
    assert person.choose(code).text == TEXTS.get(code, "utter_language_set")
    assert _state(person) == (code, 1)


@pytest.mark.parametrize("code", WORDS)
def test_language_asked_for_in_words_is_chosen(person: Person, code: str) -> None:
    assert person.say(WORDS[code]).text == TEXTS.get(code, "utter_language_set")
    assert _state(person) == (code, 1)


def test_language_asked_for_in_words_of_another_one_is_chosen(person: Person) -> None:
    assert person.say("can you speak arabic please").text == TEXTS.get("ar", "utter_language_set")


def test_button_with_a_language_chooses_it(person: Person) -> None:
    answer = person.press(person.say("hello"), "Language")
    assert person.press(answer, "فارسی").text == TEXTS.get("fa", "utter_language_set")


def test_chosen_language_wins_over_the_language_typed(person: Person) -> None:
    person.choose("ar")
    answer = person.say("How do I get a travel permit?")
    assert (answer.language, answer.how["entry"]) == ("ar", "registration.travel_permit")
    assert person.say("thank you very much").text == TEXTS.get("ar", "utter_thanks")
    assert _state(person) == ("ar", 1)


def test_chosen_language_wins_in_an_emergency(person: Person) -> None:
    person.choose("tr")
    assert person.say("my husband is beating me").text == TEXTS.get("tr", "utter_emergency_violence")


def test_language_typed_is_followed_as_long_as_none_is_chosen(person: Person) -> None:
    assert person.say("Yol izni nasıl alınır?").language == "tr"
    assert person.say("كيف أحصل على إذن السفر؟").language == "ar"
    assert _state(person) == ("ar", 0)


def test_message_without_letters_is_answered_in_the_language_so_far(person: Person) -> None:
    person.say("Yol izni nasıl alınır?")
    assert person.say("???").text == TEXTS.get("tr", "utter_empty")


def test_name_of_a_province_says_nothing_about_the_language(person: Person) -> None:
    # "Adana" alone looks Somali, and an English speaker was answered in Somali.
    person.say("where can I find legal aid")
    assert person.say("Adana").language == "en"


def test_name_of_a_province_in_another_script_keeps_the_language(person: Person) -> None:
    person.say("أين أجد المساعدة القانونية")
    assert person.say("Gaziantep").language == "ar"
