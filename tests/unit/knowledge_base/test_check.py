from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.languages import languages
from knowledge_base.check import FULL_LANGUAGES, check, missing_answers, overdue
from knowledge_base.content_files import Content, load_content

Edit = Callable[..., None]
Change = tuple[str, Callable[[dict[str, Any]], object], str]


def test_check_shipped_content_has_no_problems(content: Content) -> None:
    assert check(content) == []


def test_missing_answers_only_outside_the_full_languages(content: Content) -> None:
    assert not set(missing_answers(content)) & set(FULL_LANGUAGES)
    assert set(FULL_LANGUAGES) < set(languages())


def test_missing_answers_counts_entries(tiny_content: Content) -> None:
    missing = missing_answers(tiny_content)
    assert missing["en"] == 0
    assert missing["tr"] == missing["ar"] == 4


def answer(text: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data["free_lawyer"].update(answer=text)


BROKEN: dict[str, Change] = {
    "official without a date": (
        "facts.yml",
        lambda data: data["R01"].pop("checked_on"),
        "facts: R01: expected checked_on exactly where confirmation is official",
    ),
    "date without official": (
        "facts.yml",
        lambda data: data["R01"].update(confirmation="secondary"),
        "facts: R01: expected checked_on exactly where confirmation is official",
    ),
    "source without a name": (
        "facts.yml",
        lambda data: data["R01"]["sources"].append({"url": "https://example.org"}),
        "facts: R01: expected a law or a name in each source",
    ),
    "value of an unknown fact": (
        "values.yml",
        lambda data: data["emergency_phone"].update(fact="Z99"),
        "values: emergency_phone: expected a fact of facts.yml, got Z99",
    ),
    "entry with an unknown fact": (
        "entries/work.yml",
        lambda data: data["unpaid_wages"].update(facts=["Z99"]),
        "work.unpaid_wages: expected facts of facts.yml, got Z99",
    ),
    "unknown related entry": (
        "entries/work.yml",
        lambda data: data["unpaid_wages"].update(related=["work.nothing", "legal_aid.free_lawyer"]),
        "work.unpaid_wages: expected other entries as related, got work.nothing",
    ),
    "related to itself": (
        "entries/work.yml",
        lambda data: data["unpaid_wages"].update(related=["work.unpaid_wages", "legal_aid.free_lawyer"]),
        "work.unpaid_wages: expected other entries as related, got work.unpaid_wages",
    ),
    "missing translation": (
        "translations/fa/work.yml",
        lambda data: data.pop("unpaid_wages"),
        "work.unpaid_wages [fa]: expected a translation, found none",
    ),
    "missing answer": (
        "translations/tr/work.yml",
        lambda data: data["unpaid_wages"].pop("answer"),
        "work.unpaid_wages [tr]: expected an answer, found none",
    ),
    "unknown value": (
        "translations/ar/legal_aid.yml",
        answer("{{value:nothing}}"),
        "legal_aid.free_lawyer [ar]: expected values of values.yml, got nothing",
    ),
    "single braces": (
        "translations/en/legal_aid.yml",
        answer("Call {value:emergency_phone}."),
        "legal_aid.free_lawyer [en]: expected placeholders written as {{value:name}}, got another brace",
    ),
    "long answer": (
        "translations/en/legal_aid.yml",
        answer("x" * 901),
        "legal_aid.free_lawyer [en]: expected at most 900 characters in the answer, got 901",
    ),
    "other values than in English": (
        "translations/ar/legal_aid.yml",
        lambda data: data["free_lawyer"].update(answer="{{value:kizilay_phone}}"),
        "legal_aid.free_lawyer [ar]: expected the values [",
    ),
    "question twice in a translation without an answer": (
        "translations/ps/legal_aid.yml",
        lambda data: data["free_lawyer"]["paraphrases"].extend(["Same  Thing", "same thing!"]),
        "legal_aid.free_lawyer [ps]: expected different questions, got one twice: same thing",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_check_broken_copy(copy: Path, edit: Edit, case: str) -> None:
    name, change, expected = BROKEN[case]
    edit(name, change)
    problems = check(load_content(copy))
    assert any(problem.startswith(expected) for problem in problems), problems


def test_check_one_question_in_two_entries(copy: Path, edit: Edit) -> None:
    edit("translations/en/work.yml", lambda data: data["unpaid_wages"]["paraphrases"].append("Some words"))
    edit("translations/tr/health.yml", lambda data: data["pregnancy"]["paraphrases"].append("some WORDS?"))
    (problem,) = check(load_content(copy))
    assert "work.unpaid_wages" in problem
    assert "health.pregnancy" in problem


def test_check_folder_of_an_unknown_language(copy: Path) -> None:
    # Its texts would be searched, and showing one of them would fail for want of the language's name.
    (copy / "translations/ps").rename(copy / "translations/pus")
    problems = check(load_content(copy))
    assert "translations/pus: expected a language of languages.yml, got pus" in problems


def test_overdue_names_values_past_their_review(content: Content) -> None:
    assert overdue(content, date(2026, 11, 22)) == []
    late = overdue(content, date(2027, 1, 16))
    assert "residence_card_fee (2027-01-15)" in late
    assert not any(line.startswith("emergency_phone ") for line in late)
