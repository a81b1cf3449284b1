"""What an answer from the knowledge base shows, and what its buttons do."""

import pytest

from bot.base.languages import languages
from bot.base.texts import Texts
from knowledge_base.content_files import load_content
from tests.support.person import Answer, Person

TEXTS = Texts()
CONTENT = load_content()
PERMIT = {
    "en": "How do I get a travel permit?",
    "tr": "Yol izni nasıl alınır?",
    "ar": "كيف أحصل على إذن السفر؟",
    "fa": "اجازه سفر را چطور بگیرم؟",
}
OTHERS = ("ps", "so", "kmr", "ckb", "ru")  # without answers of their own so far
DEPORTATION = {
    "en": "They gave me a deportation paper, what should I do now?",
    "tr": "Sınır dışı kararı verdiler, ne yapabilirim?",
    "ar": "وصلني قرار ترحيل شو اعمل",
    "fa": "برگه دیپورت گرفتم چکار کنم",
    "ckb": "کاغەزی دیپۆرتم بۆ هات چی بکەم",
}


def _has_notes(answer: Answer, code: str) -> bool:
    source = TEXTS.get(code, "answer_source", source="").strip()
    checked = TEXTS.get(code, "answer_checked", date="|").split("|")[0].strip()
    confirmed = TEXTS.get(code, "answer_not_confirmed") in answer.text or checked in answer.text
    return source in answer.text and confirmed and TEXTS.get(code, "answer_starter") in answer.text


def _titles(code: str, *names: str) -> list[str]:
    return [TEXTS.get(code, f"button_{name}") for name in names]


@pytest.mark.parametrize("code", PERMIT)
def test_answer_shows_source_confirmation_and_buttons(person: Person, code: str) -> None:
    answer = person.say(PERMIT[code])
    assert (answer.decision, answer.how["entry"]) == ("answer", "registration.travel_permit")
    assert (answer.language, answer.how["facts"]) == (code, ["R07"])
    assert _has_notes(answer, code)
    related = CONTENT.entries["registration.travel_permit"].related[:2]
    questions = [CONTENT.entries[id].translations[code].question for id in related]
    assert answer.titles == [*questions, *_titles(code, "find_service", "helpful", "not_helpful", "human")]


@pytest.mark.parametrize("code", OTHERS)
def test_answer_without_translation_names_its_language_and_offers_a_person(person: Person, code: str) -> None:
    entry = CONTENT.entries["registration.travel_permit"]
    answer = person.say(entry.translations[code].question)
    assert answer.how["entry"] == entry.id
    shown = code if entry.translations[code].answer else languages()[code].fallbacks[0]
    assert answer.language == shown
    note = TEXTS.get(code, "answer_other_language", language=languages()[shown].name)
    assert (note in answer.text) == (shown != code)
    assert _titles(code, "human")[0] in answer.titles
    assert _has_notes(answer, code)


@pytest.mark.parametrize("code", DEPORTATION)
def test_question_about_a_deportation_paper_gets_the_deadline_and_no_alarm(person: Person, code: str) -> None:
    answer = person.say(DEPORTATION[code])
    assert (answer.decision, answer.how["entry"]) == ("answer", "registration.deportation_decision")
    assert TEXTS.get(code, "answer_urgent") in answer.text
    assert CONTENT.values["deportation_appeal_days"].value == "7"
    assert "7" in answer.text


def test_related_question_leads_to_its_own_answer(person: Person) -> None:
    answer = person.say(PERMIT["en"])
    related = person.press(answer, answer.titles[0])
    assert related.how["entry"] == "registration.travel_permit_length"


def test_feedback_is_stored_and_the_last_press_counts(person: Person) -> None:
    answer = person.say(PERMIT["en"])
    assert person.press(answer, "This helped").text == TEXTS.get("en", "utter_feedback_helpful")
    sorry = person.press(answer, "This did not help")
    assert (sorry.text, sorry.titles) == (TEXTS.get("en", "utter_feedback_unhelpful"), _titles("en", "human"))
    rows = person.stack.rows("select entry, helpful from feedback where conversation_id = ?", person.id)
    assert rows == [("registration.travel_permit", 0)]


def test_button_of_another_person_does_nothing(person: Person) -> None:
    answer = person.say(PERMIT["en"])
    stranger = Person(person.stack)
    assert stranger.press(answer, "Talk to a person").text == TEXTS.get("en", "utter_expired_button")
    assert stranger.tickets() == 0


def test_button_is_shown_again_as_what_it_said(person: Person) -> None:
    person.press(person.say("hello"), "Topics")
    query = "select content from message where conversation_id = ? and sender = 'person' order by id"
    content = person.stack.rows(query, person.id)[-1][0]
    assert person.stack.opened(person.id, content)["text"] == "Topics"
