"""Every intent has a truthful behaviour, typed in six languages through the whole bot."""

import pytest

from bot.base.languages import languages
from bot.base.texts import Texts
from tests.support.person import Person

TEXTS = Texts()
SMALL_TALK = {
    "greet": {
        "en": "hello good morning",
        "ar": "السلام عليكم",
        "tr": "merhaba iyi günler",
        "fa": "سلام علیکم",
        "ckb": "سڵاو کاکە",
        "ps": "سلام عليکم",
    },
    "thanks": {
        "en": "thank you very much",
        "ar": "شكرا كتير",
        "tr": "çok teşekkür ederim",
        "fa": "خیلی ممنونم",
        "ckb": "زۆر سوپاس",
        "ps": "ډېره مننه",
    },
    "goodbye": {
        "en": "goodbye, see you later",
        "ar": "مع السلامة",
        "tr": "hoşça kalın",
        "fa": "خداحافظ",
        "ckb": "خوات لەگەڵ بێت",
        "ps": "دخدای په امان",
    },
    "help": {
        "en": "how does this chat work",
        "ar": "كيف بستخدم هالبرنامج",
        "tr": "bu nasıl çalışıyor",
        "fa": "چطوری کار میکنی",
        "ckb": "ئەم بۆتە چۆن کار دەکات",
        "ps": "څه مرسته کولای شی",
    },
    "bot_identity": {
        "en": "are you a robot",
        "ar": "انت انسان ولا روبوت",
        "tr": "sen robot musun",
        "fa": "شما ربات هستید",
        "ckb": "تۆ ڕۆبۆتی",
        "ps": "تاسو څوک یاست",
    },
    "insult": {
        "en": "you are stupid",
        "ar": "انت غبي",
        "tr": "çok aptalsın sen",
        "fa": "خیلی احمقی",
        "ckb": "تۆ بێ سوودیت",
        "ps": "بې عقله یې",
    },
    "affirm": {"en": "yes", "ar": "ايوا", "tr": "evet", "fa": "آره", "ckb": "بەڵێ", "ps": "هوو"},
    "deny": {"en": "no", "ar": "لا ما بدي شي", "tr": "hayır", "fa": "نخیر", "ckb": "نەخێر", "ps": "نه نه"},
    "off_topic": {
        "en": "what is the weather tomorrow",
        "ar": "مين ربح مباراة ريال مدريد",
        "tr": "bana fıkra anlat",
        "fa": "هوا استانبول امروز بارانی است",
        "ckb": "یاری ڕیال مەدرید کەی دەست پێدەکات",
        "ps": "سبا باران کیږي",
    },
}
TOPICS = {
    "en": "I am new in Turkey, where do I start",
    "ar": "انا جديد بتركيا من وين ببلش",
    "tr": "yeni geldim ne yapmam lazım",
    "fa": "تازه اومدم ترکیه",
    "ckb": "تازە هاتوومەتە تورکیا",
    "ps": "زه نوې ترکیې ته راغلې یم",
}
HUMAN = {
    "en": "I want to talk to a person",
    "ar": "بدي احكي مع شخص",
    "tr": "insanla konuşmak istiyorum",
    "fa": "می خوام با آدم حرف بزنم",
    "ckb": "دەمەوێت لەگەڵ کەسێک قسە بکەم",
    "ps": "له یو کس سره خبرې غواړم",
}


@pytest.mark.parametrize("intent", SMALL_TALK)
@pytest.mark.parametrize("code", ["en", "ar", "tr", "fa", "ckb", "ps"])
def test_small_talk_is_answered_in_its_language(person: Person, intent: str, code: str) -> None:
    answer = person.say(SMALL_TALK[intent][code])
    assert answer.text == TEXTS.get(code, f"utter_{intent}")
    assert answer.language == code
    assert answer.decision == ("decline" if intent == "off_topic" else "smalltalk")
    menu = ["topics", "find_service", "language", "human"]
    wanted = [] if intent in ("thanks", "goodbye") else [TEXTS.get(code, f"button_{name}") for name in menu]
    assert answer.titles == wanted


@pytest.mark.parametrize("code", TOPICS)
def test_newcomer_gets_from_topics_to_a_theme_to_an_entry(person: Person, code: str) -> None:
    topics = person.say(TOPICS[code])
    assert topics.text == TEXTS.get(code, "utter_topics")
    theme = TEXTS.get(code, "theme_legal_aid")
    questions = person.press(topics, theme)
    assert questions.decision == "clarify"
    assert questions.text == TEXTS.get(code, "utter_theme", theme=theme)
    entry = person.press(questions, questions.titles[0])
    assert (entry.decision, entry.how["entry"]) == ("answer", "legal_aid.free_lawyer")


@pytest.mark.parametrize("code", HUMAN)
def test_wish_for_a_person_is_stored_and_nobody_is_promised(person: Person, code: str) -> None:
    answer = person.say(HUMAN[code])
    assert answer.text == TEXTS.get(code, "utter_ticket_stored")
    assert "157" in answer.text
    assert "112" in answer.text
    assert (answer.decision, answer.how["handoff"], person.tickets()) == ("handoff", True, 1)


def test_second_wish_for_a_person_stores_no_second_ticket(person: Person) -> None:
    person.say(HUMAN["en"])
    assert person.say(HUMAN["en"]).text == TEXTS.get("en", "utter_ticket_exists")
    assert person.tickets() == 1


def test_yes_to_the_offer_of_a_person_is_a_wish_for_one(person: Person) -> None:
    answer = person.say("How do I get a travel permit?")
    person.press(answer, "This did not help")
    assert person.say("yes").decision == "handoff"
    assert person.tickets() == 1


@pytest.mark.parametrize("code", ["en", "ar", "ckb"])
def test_wish_for_another_language_shows_all_of_them(person: Person, code: str) -> None:
    words = {"en": "change language", "ar": "غير اللغة", "ckb": "زمان بگۆڕە"}
    answer = person.say(words[code])
    assert answer.titles == [language.name for language in languages().values()]
