"""The phrase files that are shipped: what must raise an alarm, and what must not."""

from collections.abc import Iterator, Sequence

import pytest

from bot.base.fold import fold
from bot.base.languages import languages
from bot.pipeline.emergency import FACTS, KINDS, EmergencyRecogniser
from knowledge_base.content_files import Content
from knowledge_base.entry import Entry
from knowledge_base.examples import Example

HOLDS_A_PAPER = {
    "en": ["I got a deportation paper, what should I do?", "They gave me a deportation decision yesterday"],
    "tr": ["Elimde sınır dışı kararı var, ne yapmalıyım?", "Bana sınır dışı kağıdı verildi, ne yapabilirim?"],
    "ar": ["معي ورقة ترحيل، ماذا أفعل؟", "وصلني قرار ترحيل شو لازم اعمل"],
    "fa": ["برگه اخراج دارم، چه کار کنم؟", "حکم اخراج به من داده‌اند، حالا چه کنم؟"],
    "ps": ["د ایستلو پاڼه راسره ده، څه وکړم؟", "د اېستلو پرېکړه مې ترلاسه کړې، څه باید وکړم؟"],
    "so": ["Waxaan haystaa warqadda tarxiilka, maxaan sameeyaa?", "Go'aan tarxiil ah ayaa la i siiyay"],
    "kmr": ["Kaxeza dersînorkirinê di destê min de ye, ez çi bikim?", "Biryara dersînorkirinê ji min re hat"],
    "ckb": ["کاغەزی دەرکردنم لایە، چی بکەم؟", "بڕیاری دیپۆرتکردنم پێدراوە، چی بکەم؟"],
    "ru": ["У меня на руках бумага о депортации, что делать?", "Мне дали решение о депортации"],
}
ALARMING = (
    "health.emergency_care", "health.mental_health", "health.pregnancy", "work.work_accident",
    "registration.detention_rights", "registration.voluntary_return", "legal_aid.police_custody",
    "registration.protection_from_deportation",
)  # fmt: skip
LEAST_RECALL = 0.9


def alarms(
    recogniser: EmergencyRecogniser, examples: Sequence[Example], code: str
) -> Iterator[tuple[Example, bool]]:
    for example in examples:
        if example.language == code:
            yield example, recogniser.recognise(example.text, code) is not None


def test_every_language_has_phrases(recogniser: EmergencyRecogniser) -> None:
    assert {file.language for file in recogniser.files} == set(languages())
    latin = {file.language for file in recogniser.files if file.script == "latin"}
    assert {"ar", "fa"} <= latin


def test_every_phrase_file_has_every_kind(recogniser: EmergencyRecogniser) -> None:
    for file in recogniser.files:
        assert set(file.patterns) == set(KINDS), file.name


def test_every_phrase_can_match(recogniser: EmergencyRecogniser) -> None:
    # A word that folds to nothing would match everywhere, one that folds to two words nowhere.
    for file in recogniser.files:
        phrases = [phrase for items in file.phrases.values() for phrase in items]
        for phrase in [*phrases, *file.exceptions]:
            words = [word for word in phrase.lstrip("= ").split() if word != ".."]
            options = [fold(option.strip("*")) for word in words for option in word.split("|")]
            assert words, (file.name, phrase)
            assert all(option and " " not in option for option in options), (file.name, phrase)
            assert "0" not in options, (file.name, phrase)  # it stands for what an exception took out


def test_emergency_examples_raise_an_alarm(
    recogniser: EmergencyRecogniser, examples: Sequence[Example], code: str
) -> None:
    raised = [alarm for e, alarm in alarms(recogniser, examples, code) if e.intent == "emergency"]
    assert sum(raised) / len(raised) >= LEAST_RECALL


def test_other_examples_raise_no_alarm(
    recogniser: EmergencyRecogniser, examples: Sequence[Example], code: str
) -> None:
    false = [e.text for e, alarm in alarms(recogniser, examples, code) if alarm and e.intent != "emergency"]
    assert false == []


def is_alarming(entry: Entry) -> bool:
    """Whether people who ask this may well be in danger now, so that an alarm is right."""
    return entry.theme in ("protection", "emergency") or entry.id in ALARMING


def test_questions_of_the_knowledge_base_raise_no_alarm(
    recogniser: EmergencyRecogniser, content: Content, code: str
) -> None:
    translations = [entry.translations[code] for entry in content.entries.values() if not is_alarming(entry)]
    questions = [text for item in translations for text in (item.question, *item.paraphrases)]
    assert questions
    assert [text for text in questions if recogniser.recognise(text, code)] == []


def test_deportation_paper_raises_no_alarm(
    recogniser: EmergencyRecogniser, content: Content, code: str
) -> None:
    # The answer with its deadline must come, not the emergency numbers.
    own = content.entries["registration.deportation_decision"].translations[code]
    texts = [*HOLDS_A_PAPER[code], own.question, *own.paraphrases]
    assert [text for text in texts if recogniser.recognise(text, code)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_known_facts(content: Content, kind: str) -> None:
    assert FACTS[kind]
    assert set(FACTS[kind]) <= set(content.facts)


def test_facts_belong_to_kinds() -> None:
    assert set(FACTS) == set(KINDS)
