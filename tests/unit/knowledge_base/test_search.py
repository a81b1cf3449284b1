"""The search over tiny content, with vectors that count a few words instead of a model's."""

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.calibration import load_calibration
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.index import Index
from knowledge_base.nearest import NearestTexts, Scores
from knowledge_base.rows import rows_of
from knowledge_base.search import CHOICES, Search, SearchResult
from tests.support.tiny import ANSWER, Files, load, tiny_files, translation
from tests.support.words import NEW_WORD, WORDS, WordEncoder, vector_of, word_cache, word_index

NEVER, ALWAYS = 1.1, 0.0


@pytest.fixture
def index(tiny_content: Content, tmp_path: Path) -> Index:
    return word_index(tiny_content, tmp_path)


def search(content: Content, index: Index, **thresholds: float) -> Search:
    return Search(content, index, load_calibration().model_copy(update=thresholds))


def find(where: Search, text: str, language: str = "en") -> SearchResult:
    return where.find(text, vector_of(text), language)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("language", ["en", "tr", "ckb"])
def test_find_puts_the_right_entry_first(
    tiny_content: Content, index: Index, word: str, language: str
) -> None:
    found = find(search(tiny_content, index), f"about {word}", language)
    assert found.candidates[0].entry == f"life.{word}"
    assert found.candidates[0].facts == ("F1",)
    assert len(found.candidates) == CHOICES


def test_find_gives_falling_confidences(tiny_content: Content, index: Index) -> None:
    found = find(search(tiny_content, index), "my school and doctor")
    confidences = [candidate.confidence for candidate in found.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert {found.candidates[0].entry, found.candidates[1].entry} == {"life.school", "life.doctor"}


def test_find_is_surer_of_a_question_than_of_nonsense(tiny_content: Content, index: Index) -> None:
    where = search(tiny_content, index)
    sure, unsure = find(where, "Question about travel"), find(where, "zzz qqq www")
    assert sure.candidates[0].confidence > unsure.candidates[0].confidence


@pytest.mark.parametrize(
    ("answer", "clarify", "kind"),
    [(ALWAYS, ALWAYS, "answer"), (NEVER, ALWAYS, "clarify"), (NEVER, NEVER, "decline")],
)
def test_find_decides_by_the_thresholds(
    tiny_content: Content, index: Index, answer: float, clarify: float, kind: str
) -> None:
    chosen = search(
        tiny_content,
        index,
        answer=answer,
        answer_two_words=answer,
        clarify=clarify,
        clarify_few_words=clarify,
    )
    assert find(chosen, "about travel").kind == kind


def test_find_asks_back_at_one_or_two_words(tiny_content: Content, index: Index) -> None:
    limits = {"answer": ALWAYS, "answer_one_word": NEVER, "answer_two_words": NEVER}
    chosen = search(tiny_content, index, **limits, clarify=ALWAYS, clarify_few_words=ALWAYS)
    assert find(chosen, "travel").kind == "clarify"
    assert find(chosen, "travel now").kind == "clarify"
    assert find(chosen, "about travel now").kind == "answer"


def test_find_offers_a_choice_where_another_country_is_named(tiny_content: Content, index: Index) -> None:
    chosen = search(tiny_content, index, answer=ALWAYS, answer_two_words=ALWAYS, clarify=ALWAYS)
    assert find(chosen, "how is travel in Germany").kind == "clarify"
    abroad = {id: entry.model_copy(update={"abroad": True}) for id, entry in tiny_content.entries.items()}
    chosen.change(dataclasses.replace(tiny_content, entries=abroad), index)
    assert find(chosen, "how is travel in Germany").kind == "answer"


def test_find_looks_in_other_languages_where_its_own_is_not_sure(
    tiny_content: Content, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared, by_meaning = Counter[NearestTexts](), NearestTexts.by_meaning

    def noting(block: NearestTexts, vector: Vectors) -> Scores:
        compared[block] += 1
        return by_meaning(block, vector)

    monkeypatch.setattr(NearestTexts, "by_meaning", noting)
    find(search(tiny_content, index, answer=ALWAYS), "something about travel")
    assert compared == {index._nearest["en"]: 1}
    find(search(tiny_content, index, answer=NEVER), "something about travel")
    assert compared == {index._nearest["en"]: 2, index._nearest["tr"]: 1}  # each once for a message


def with_bread() -> Files:
    files = tiny_files()
    files["entries/life.yml"][NEW_WORD] = {"facts": ["F1"], "related": ["life.travel", "life.work"]}
    files["translations/en/life.yml"][NEW_WORD] = translation("Where is free bread", ANSWER)
    return files


def test_change_finds_a_new_entry_at_once(tiny_content: Content, index: Index, tmp_path: Path) -> None:
    where = search(tiny_content, index)
    changed = load(tmp_path / "after", with_bread())
    where.change(changed, index.with_rows(rows_of(changed), word_cache(tmp_path)))
    for text in ("Where is free bread", "bread", "I need bread"):
        assert find(where, text).candidates[0].entry == "life.bread"
    assert find(where, "Question about school").candidates[0].entry == "life.school"


def test_change_finds_a_changed_question_at_once(tiny_content: Content, index: Index, tmp_path: Path) -> None:
    files = tiny_files()
    files["translations/en/life.yml"]["work"]["paraphrases"].append("Where is free bread")
    changed = load(tmp_path / "after", files)
    where = search(tiny_content, index)
    where.change(changed, index.with_rows(rows_of(changed), word_cache(tmp_path)))
    assert find(where, "Where is free bread").candidates[0].entry == "life.work"


def test_change_never_offers_a_removed_entry(tiny_content: Content, index: Index, tmp_path: Path) -> None:
    files = tiny_files()
    for part in ("entries/life.yml", "translations/en/life.yml"):
        del files[part]["work"]
    changed = load(tmp_path / "after", files)
    where = search(tiny_content, index, answer=ALWAYS)
    where.change(changed, index.with_rows(rows_of(changed), word_cache(tmp_path)))
    for text in ("Question about work", "work work", "zzz"):
        entries = {candidate.entry for candidate in find(where, text).candidates}
        assert entries == {"life.travel", "life.school", "life.doctor"}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=100),
    st.lists(st.floats(-1, 1, width=32), min_size=WordEncoder.size, max_size=WordEncoder.size),
    st.sampled_from(["en", "tr", "ar"]),
)
def test_find_any_message(
    tiny_content: Content, index: Index, text: str, numbers: list[float], language: str
) -> None:
    found = search(tiny_content, index).find(text, np.array(numbers, np.float32), language)
    assert len({candidate.entry for candidate in found.candidates}) == CHOICES
    assert all(0 <= candidate.confidence <= 1 for candidate in found.candidates)
