"""The search over tiny content, with vectors that count four words instead of a model's."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.base.paths import ENCODER
from knowledge_base.calibration import Calibration, load_calibration
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import fingerprint
from knowledge_base.index import Index
from knowledge_base.search import CHOICES, Search
from tests.support.words import WORDS, vector_of, word_index

NEVER, ALWAYS = 1.1, 0.0


@pytest.fixture
def index(tiny_content: Content, tmp_path: Path) -> Index:
    return word_index(tiny_content, tmp_path)


def search(content: Content, index: Index, **thresholds: float) -> Search:
    return Search(content, index, load_calibration().model_copy(update=thresholds))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("language", ["en", "tr", "ckb"])
def test_find_puts_the_right_entry_first(
    tiny_content: Content, index: Index, word: str, language: str
) -> None:
    found = search(tiny_content, index).find(f"about {word}", vector_of(word), language)
    assert found.candidates[0].entry == f"life.{word}"
    assert found.candidates[0].facts == ("F1",)
    assert len(found.candidates) == CHOICES


def test_find_gives_falling_confidences(tiny_content: Content, index: Index) -> None:
    found = search(tiny_content, index).find("my school and doctor", vector_of("school doctor"), "en")
    confidences = [candidate.confidence for candidate in found.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert {found.candidates[0].entry, found.candidates[1].entry} == {"life.school", "life.doctor"}


def test_find_is_surer_of_a_question_than_of_nonsense(tiny_content: Content, index: Index) -> None:
    sure = search(tiny_content, index).find("Question about travel", vector_of("travel"), "en")
    unsure = search(tiny_content, index).find("zzz qqq", vector_of("zzz"), "en")
    assert sure.candidates[0].confidence > unsure.candidates[0].confidence


@pytest.mark.parametrize(
    ("answer", "clarify", "kind"),
    [(ALWAYS, ALWAYS, "answer"), (NEVER, ALWAYS, "clarify"), (NEVER, NEVER, "decline")],
)
def test_find_decides_by_the_thresholds(
    tiny_content: Content, index: Index, answer: float, clarify: float, kind: str
) -> None:
    chosen = search(tiny_content, index, answer=answer, clarify=clarify)
    assert chosen.find("about travel", vector_of("travel"), "en").kind == kind


def test_find_asks_back_at_a_single_word(tiny_content: Content, index: Index) -> None:
    chosen = search(tiny_content, index, answer=ALWAYS, answer_one_word=NEVER, clarify=ALWAYS)
    assert chosen.find("travel", vector_of("travel"), "en").kind == "clarify"
    assert chosen.find("travel now", vector_of("travel"), "en").kind == "answer"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=100), st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4))
def test_find_any_message(tiny_content: Content, index: Index, text: str, numbers: list[float]) -> None:
    found = search(tiny_content, index).find(text, np.array(numbers, np.float32), "en")
    assert len({candidate.entry for candidate in found.candidates}) == CHOICES
    assert all(0 <= candidate.confidence <= 1 for candidate in found.candidates)


def test_calibration_belongs_to_the_shipped_encoder() -> None:
    calibration = load_calibration()
    assert calibration.encoder == fingerprint(str(ENCODER))
    assert 0 < calibration.clarify < calibration.answer <= calibration.answer_one_word < 1


def test_calibration_reads_its_file(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(load_calibration().model_dump_json(), encoding="utf-8")
    assert load_calibration(path) == load_calibration()


def test_calibration_probability_grows_with_the_features() -> None:
    calibration = Calibration(
        encoder="x", weights=(2.0, 1.0), intercept=-1.0, answer=0.5, answer_one_word=0.9, clarify=0.1
    )
    assert calibration.probability(np.array([0.5, 0.0])) == pytest.approx(0.5)
    assert calibration.probability(np.array([1.0, 1.0])) > calibration.probability(np.array([0.5, 1.0]))
    assert [calibration.answer_threshold(words) for words in (0, 1, 2)] == [0.9, 0.9, 0.5]
