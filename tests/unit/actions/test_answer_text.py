"""Composing answers from small content, and from everything that is shipped."""

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


SEEN = date(2026, 3, 9)


def fact(confirmation: str = "official", seen_on: date | None = SEEN, *sources: Source) -> Fact:
    given = {"title": "F", "confirmation": confirmation, "seen_on": seen_on, "sources": sources or (LAW,)}
    return Fact.model_validate(given)


def value(seen: str = "official", fact: str = "F1") -> Value:
    given = {"value": "7", "fact": fact, "source": "S", "seen": seen, "review_by": date(2030, 1, 1)}
    return Value.model_validate(given)


def world(confirmation: str = "official", seen: str = "official", *sources: Source) -> Content:
    """One fact, read on a day unless nothing confirms it, with one value."""
    day = None if confirmation == "unconfirmed" else SEEN
    return Content({"F1": fact(confirmation, day, *sources)}, {"days": value(seen)}, {})


def note(content: Content, texts: Texts, item: Entry | None = None) -> str:
    """The line about how sure the source is."""
    return compose(item or entry(), "en", content, texts).split("\n")[-2]


def test_compose_official_answer(texts: Texts) -> None:
    text = compose(entry(), "en", world(), texts)
    assert text.split("\n\n") == [
        "Within 7 days.",
        "Source: Law 6458, article 53/3\n"
        "Read in a saved copy of the official source on 09.03.2026.\n"
        "This text has not yet been read by a lawyer.",
    ]


@pytest.mark.parametrize(("confirmation", "seen"), [("secondary", "official"), ("official", "secondary")])
def test_compose_secondary_answer_says_where_and_when(texts: Texts, confirmation: str, seen: str) -> None:
    assert note(world(confirmation, seen), texts) == (
        "Seen on 09.03.2026 in a text that quotes the source. "
        "Not confirmed at the official source. Please ask an office or 157 before you rely on it."
    )


@pytest.mark.parametrize(("confirmation", "seen"), [("unconfirmed", "official"), ("official", "unconfirmed")])
def test_compose_unconfirmed_answer_names_no_day(texts: Texts, confirmation: str, seen: str) -> None:
    assert note(world(confirmation, seen), texts) == texts.get("en", "answer_not_confirmed")


def test_compose_names_the_earliest_day_of_the_facts(texts: Texts) -> None:
    facts = {"F1": fact(), "F2": fact(seen_on=date(2025, 12, 31)), "F3": fact(seen_on=date(2026, 4, 1))}
    content = Content(facts, {"days": value()}, {})
    assert "31.12.2025" in note(content, texts, entry(facts=("F1", "F2", "F3")))
    assert "09.03.2026" in note(content, texts, entry(facts=("F1", "F3")))


def test_compose_takes_the_weakest_of_the_facts(texts: Texts) -> None:
    facts = {"F1": fact(), "F2": fact("secondary"), "F3": fact("unconfirmed", None)}
    content = Content(facts, {"days": value()}, {})
    assert note(content, texts, entry(facts=("F1", "F2"))).startswith("Seen on")
    assert note(content, texts, entry(facts=("F1", "F2", "F3"))).startswith("Not confirmed")


def test_compose_confirmation_in_every_language(texts: Texts, code: str) -> None:
    secondary = compose(entry(), code, world("secondary"), texts)
    assert texts.get(code, "answer_seen_elsewhere", date="09.03.2026") in secondary
    assert texts.get(code, "answer_not_confirmed") in secondary
    assert texts.get(code, "answer_checked", date="09.03.2026") in compose(entry(), code, world(), texts)


def test_compose_names_each_source_once(texts: Texts) -> None:
    with_articles = Source(name="Regulation", articles="22")
    content = world("official", "official", LAW, PAGE, with_articles, LAW)
    text = compose(entry(), "en", content, texts)
    assert "Source: Law 6458, article 53/3; A page (example.org); Regulation, article 22\n" in text


def test_compose_urgent_answer(texts: Texts) -> None:
    urgent = texts.get("en", "answer_urgent")
    assert compose(entry(urgent=True), "en", world(), texts).startswith(urgent)
    assert urgent not in compose(entry(), "en", world(), texts)


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
    other = Content(content.facts, {"days": value("unconfirmed", fact="F2")}, {})
    assert confirmation_of(entry(), content) == "unconfirmed"
    assert confirmation_of(entry(), other) == "official"


def test_compose_every_shipped_answer(content: Content, texts: Texts, code: str) -> None:
    for item in content.entries.values():
        text = compose(item, code, content, texts)
        assert texts.get(code, "answer_starter") in text
        assert "{" not in text
        shown = shown_translation(item, code).language
        other = texts.get(code, "answer_other_language", language=languages()[shown].name)
        assert text.startswith(other) is (shown != code)
