import pytest

from bot.base.languages import languages
from knowledge_base.language_identification import LanguageIdentification

SENTENCES = [
    ("en", "How can I register my address after I moved house?"),
    ("en", "my landlord wants me to leave"),
    ("tr", "Taşındıktan sonra adresimi nasıl kaydettiririm?"),
    ("tr", "ev sahibim beni çıkarmak istiyor"),
    ("ar", "كيف يمكنني تسجيل عنواني بعد الانتقال إلى بيت جديد؟"),
    ("ar", "صاحب البيت بدو يطلعني شو بعمل"),
    ("fa", "بعد از اسباب‌کشی چطور آدرسم را ثبت کنم؟"),
    ("fa", "صاحبخانه می‌خواهد مرا بیرون کند"),
    ("ps", "له کډه کولو وروسته خپله پته څنګه ثبت کړم؟"),
    ("ps", "د کور څښتن غواړي چې موږ ووځو"),
    ("so", "Sideen u diiwaan geliyaa cinwaankayga markaan guuro?"),
    ("so", "milkiilaha guriga ayaa raba inaan ka baxo"),
    ("kmr", "Piştî ku min mala xwe guhart, ez navnîşana xwe çawa qeyd bikim?"),
    ("kmr", "xwediyê malê dixwaze me derxe"),
    ("ckb", "دوای گواستنەوە چۆن ناونیشانەکەم تۆمار بکەم؟"),
    ("ckb", "خاوەن ماڵەکە دەیەوێت دەرمان بکات"),
    ("ru", "Как зарегистрировать адрес после переезда?"),
    ("ru", "хозяин квартиры выгоняет нас"),
    ("ar", "kif fini sajjel wladi bel madrase"),
    ("ar", "ana badi a3mel kimlik shu lazem"),
    ("fa", "salam man mikham bedunam chetori kart begiram"),
    ("fa", "baraye bachehaye ma madrese hast ya na"),
]


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_identify_sentence(identification: LanguageIdentification, language: str, text: str) -> None:
    assert identification.identify(text)[0] == language
    assert identification.identify(text.upper())[0] == language


def test_sentences_cover_all_languages() -> None:
    assert {language for language, _ in SENTENCES} == set(languages())


@pytest.mark.parametrize("text", ["", "157 112", "🙂🙂", "?!", "你好"])
def test_identify_text_without_known_letters(identification: LanguageIdentification, text: str) -> None:
    assert identification.identify(text) == ("en", 0.0)
    assert identification.identify(text, "ckb") == ("ckb", 1.0)


@pytest.mark.parametrize("prior", ["ar", "fa", "ps", "ckb"])
def test_identify_greeting_leans_on_the_conversation(
    identification: LanguageIdentification, prior: str
) -> None:
    assert identification.identify("سلام", prior)[0] == prior


@pytest.mark.parametrize(("text", "prior"), [("ikamet", "so"), ("ali", "en"), ("salam", "ar"), ("ok", "kmr")])
def test_identify_short_word_leans_on_the_conversation(
    identification: LanguageIdentification, text: str, prior: str
) -> None:
    assert identification.identify(text, prior)[0] == prior


def test_identify_clear_sentence_overrules_the_conversation(identification: LanguageIdentification) -> None:
    for language, text in SENTENCES[::2]:
        prior = "ru" if language != "ru" else "en"
        assert identification.identify(text, prior)[0] == language


def test_identify_script_rules_languages_out(identification: LanguageIdentification) -> None:
    assert identification.identify("привет", "tr")[0] == "ru"
    assert identification.identify("سلام", "tr")[0] in {"ar", "fa", "ps", "ckb"}
    assert identification.identify("salam", "ckb")[0] not in {"ckb", "ps", "ru"}


def test_identify_unknown_prior(identification: LanguageIdentification) -> None:
    text = "How can I register my address?"
    assert identification.identify(text, "xx") == identification.identify(text)


def test_identify_gives_probabilities(identification: LanguageIdentification) -> None:
    for _, text in SENTENCES:
        assert 0 < identification.identify(text)[1] <= 1
    sure, unsure = identification.identify(SENTENCES[0][1])[1], identification.identify("ali")[1]
    assert sure > 0.95 > unsure
