"""What `merhaba kb check` finds in content that one change has broken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.languages import languages
from knowledge_base.check import check, overdue
from knowledge_base.content_files import Content
from tests.support.tiny import Files, complete_files, load

Change = tuple[Callable[[Files], object], str]
ENTRIES, EN, AR = "entries/life.yml", "translations/en/life.yml", "translations/ar/life.yml"
FACT = {"title": "Other", "confirmation": "secondary", "seen_on": "2026-01-01", "sources": [{"name": "A"}]}


def test_check_shipped_content_has_no_problems(content: Content) -> None:
    assert check(content) == []


def test_check_complete_content_has_no_problems(tmp_path: Path) -> None:
    assert check(load(tmp_path, complete_files(languages()))) == []


BROKEN: dict[str, Change] = {
    "fact that no entry carries": (
        lambda files: files["facts.yml"].update(F2=FACT),
        "facts: F2: expected an entry that carries it, found none",
    ),
    "source without a name": (
        lambda files: files["facts.yml"]["F1"]["sources"].append({"url": "https://example.org"}),
        "facts: F1: expected a law or a name in each source",
    ),
    "value of an unknown fact": (
        lambda files: files["values.yml"]["phone"].update(fact="Z99"),
        "values: phone: expected a fact of facts.yml, got Z99",
    ),
    "entry with an unknown fact": (
        lambda files: files[ENTRIES]["work"].update(facts=["F1", "Z99"]),
        "life.work: expected facts of facts.yml, got Z99",
    ),
    "unknown related entry": (
        lambda files: files[ENTRIES]["work"].update(related=["life.nothing", "life.travel"]),
        "life.work: expected other entries as related, got life.nothing",
    ),
    "related to itself": (
        lambda files: files[ENTRIES]["work"].update(related=["life.work", "life.travel"]),
        "life.work: expected other entries as related, got life.work",
    ),
    "missing translation": (
        lambda files: files["translations/ckb/life.yml"].pop("work"),
        "life.work [ckb]: expected a translation, found none",
    ),
    "missing answer": (
        lambda files: files["translations/ps/life.yml"]["work"].pop("answer"),
        "life.work [ps]: expected an answer, found none",
    ),
    "question twice": (
        lambda files: files[AR]["work"]["paraphrases"].extend(["Same  Thing", "same thing!"]),
        "life.work [ar]: expected different questions, got one twice: same thing",
    ),
    "bad answer": (
        lambda files: files[AR]["work"].update(answer="{{value:phone}}"),
        "life.work [ar]: expected the values ['days'] as in en, got ['phone']",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_check_broken_content_names_the_one_problem(tmp_path: Path, case: str) -> None:
    change, expected = BROKEN[case]
    files = complete_files(languages())
    change(files)
    assert check(load(tmp_path, files)) == [expected]


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("facts: F1", {"confirmation": "official", "seen_on": None}),
        ("facts: F1", {"seen_on": None}),  # secondary
        ("facts: F1", {"confirmation": "unconfirmed"}),
        ("values: days", {"seen_on": None}),
        ("values: days", {"seen": "unconfirmed"}),
    ],
)
def test_check_date_belongs_to_a_source_that_was_seen(
    tmp_path: Path, where: str, change: dict[str, Any]
) -> None:
    files = complete_files(languages())
    file, item = where.split(": ")
    files[f"{file}.yml"][item].update(change)
    expected = f"{where}: expected seen_on for a source that was seen, and none for unconfirmed"
    assert check(load(tmp_path, files)) == [expected]


def test_check_missing_language(tmp_path: Path, code: str) -> None:
    found = check(load(tmp_path, complete_files(set(languages()) - {code})))
    missing = [problem for problem in found if problem.endswith("expected a translation, found none")]
    assert len(missing) == 4
    assert all(f"[{code}]" in problem for problem in missing)


def test_check_one_question_in_two_entries(tmp_path: Path) -> None:
    files = complete_files(languages())
    files[EN]["work"]["paraphrases"].append("Some words")
    files["translations/tr/life.yml"]["travel"]["paraphrases"].append("some WORDS?")
    (problem,) = check(load(tmp_path, files))
    assert problem == "life.work: expected questions of its own, but life.travel has it too: some words"


def test_check_folder_of_an_unknown_language(tmp_path: Path) -> None:
    # Its texts would be searched, and showing one of them would fail for want of the language's name.
    problems = check(load(tmp_path, complete_files([*languages(), "pus"])))
    assert problems == ["translations/pus: expected a language of languages.yml, got pus"]


def test_check_finds_all_problems_at_once(tmp_path: Path) -> None:
    files = complete_files(languages())
    files["facts.yml"]["F2"] = FACT
    files[AR]["work"].pop("answer")
    files[EN]["travel"]["answer"] = "Call 157."
    others = len(languages()) - 1  # which place a value that English does not place any more
    assert len(check(load(tmp_path, files))) == 3 + others


def test_overdue_names_values_past_their_review(tiny_content: Content) -> None:
    assert overdue(tiny_content, date(2030, 1, 1)) == []
    assert overdue(tiny_content, date(2030, 1, 2)) == ["days (2030-01-01)", "phone (2030-01-01)"]


def test_overdue_shipped_values(content: Content) -> None:
    assert overdue(content, date(2026, 11, 22)) == []
