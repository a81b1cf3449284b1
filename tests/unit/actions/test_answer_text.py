"""Composing answers from small content, and from everything that is shipped."""

import re
from datetime import date
from typing import Any

import pytest

from actions.answer_text import compose, confirmation_of, question_in, shown_translation
from bot.base.languages import languages
from bot.base.texts import Texts
from knowledge_base.content_files import Content
from knowledge_base.entry import Entry, Fact, Source, Translation, Value

PARAPHRASES = tuple("abcde")
LAW = Source(law="6458", articles="53/3")
PAGE = Source(name="A page", url="https://example.org")


def translation(answer: str | None, question: str = "How?") -> Translation:
    return Translation(question=question, paraphrases=PARAPHRASES, answer=answer)


def entry(translations: dict[str, Translation] | None = None, **more: Any) -> Entry:
    texts = translations or {"en": translation("Within {{value:days}} days.")}
    frame = {"facts": ("F1",), "related": ("a.b", "a.c"), **more}
    return Entry.model_validate({"id": "a.a", "translations": texts, **frame})


def world(confirmation: str = "official", seen: str = "official", *sources: Source) -> Content:
    checked = date(2026, 3, 9) if confirmation == "official" else None
    fact = {"title": "F", "confirmation": confirmation, "checked_on": checked, "sources": sources or (LAW,)}
    value = {"value": "7", "fact": "F1", "source": "S", "seen": seen, "review_by": date(2030, 1, 1)}
    return Content({"F1": Fact.model_validate(fact)}, {"days": Value.model_validate(value)}, {})


def test_compose_official_answer(texts: Texts) -> None:
    text = compose(entry(), "en", world(), texts)
    assert text.split("\n\n") == [
        "Within 7 days.",
        "Source: Law 6458, article 53/3\n"
        "Read in a saved copy of the official source on 09.03.2026.\n"
        "This text has not yet been read by a lawyer.",
    ]


@pytest.mark.parametrize(
    ("confirmation", "seen"),
    [("secondary", "official"), ("official", "secondary"), ("unconfirmed", "official")],
)
def test_compose_answer_that_is_not_confirmed(texts: Texts, confirmation: str, seen: str) -> None:
    text = compose(entry(), "en", world(confirmation, seen), texts)
    assert texts.get("en", "answer_not_confirmed") in text
    assert not re.search(r"\d\d\.\d\d\.\d{4}", text)


def test_compose_names_each_source_once(texts: Texts) -> None:
    with_articles = Source(name="Regulation", articles="22")
    content = world("official", "official", LAW, PAGE, with_articles, LAW)
    text = compose(entry(), "en", content, texts)
    assert "Source: Law 6458, article 53/3; A page (example.org); Regulation, article 22\n" in text


def test_compose_urgent_answer(texts: Texts) -> None:
    note = texts.get("en", "answer_urgent")
    assert compose(entry(urgent=True), "en", world(), texts).startswith(note)
    assert note not in compose(entry(), "en", world(), texts)


def test_compose_tells_that_the_answer_is_in_another_language(texts: Texts) -> None:
    text = compose(entry(), "ckb", world(), texts)
    assert text.startswith(texts.get("ckb", "answer_other_language", language="English"))
    assert texts.get("ckb", "answer_starter") in text
    assert "English" not in compose(entry(), "en", world(), texts)


def test_shown_translation_takes_the_nearest_language_with_an_answer() -> None:
    item = entry({"tr": translation("x"), "en": translation("y"), "ps": translation(None)})
    assert shown_translation(item, "ps").language == "en"
    assert shown_translation(item, "kmr").language == "tr"
    assert shown_translation(entry({"so": translation("z")}), "ru").language == "so"


def test_shown_translation_without_any_answer() -> None:
    with pytest.raises(LookupError, match=r"a\.a: expected an answer"):
        shown_translation(entry({"en": translation(None)}), "en")


def test_question_in_own_language_without_an_answer() -> None:
    item = entry({"en": translation("x"), "ps": translation(None, "څنګه؟")})
    assert question_in(item, "ps") == "څنګه؟"
    assert question_in(item, "so") == "How?"


def test_confirmation_ignores_values_of_other_facts() -> None:
    content = world("official", "unconfirmed")
    other = content.values["days"].model_copy(update={"fact": "F2"})
    assert confirmation_of(entry(), content) == "unconfirmed"
    assert confirmation_of(entry(), Content(content.facts, {"days": other}, {})) == "official"


def test_compose_every_shipped_answer(content: Content, texts: Texts, code: str) -> None:
    for item in content.entries.values():
        text = compose(item, code, content, texts)
        assert texts.get(code, "answer_starter") in text
        assert "{" not in text
        shown = shown_translation(item, code).language
        note = texts.get(code, "answer_other_language", language=languages()[shown].name)
        assert text.startswith(note) is (shown != code)
