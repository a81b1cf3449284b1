"""The index over tiny content, with vectors that count four words instead of a model's."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.centring import Centring
from knowledge_base.content_files import Content
from knowledge_base.index import Index
from tests.support.words import ENTRIES, WordEncoder, vector_of, word_index


@pytest.fixture
def index(tiny_content: Content, tmp_path: Path) -> Index:
    return word_index(tiny_content, tmp_path)


def test_dense_score_is_highest_for_the_entry_that_is_meant(index: Index) -> None:
    for number, word in enumerate(("travel", "school", "doctor", "work")):
        scores = index.dense(vector_of(word), "en")
        assert scores.shape == (4,)
        assert scores.argmax() == number
        assert scores[number] == pytest.approx(1)


def test_dense_score_reaches_other_languages(index: Index) -> None:
    assert index.ids == list(ENTRIES)
    assert index.dense(vector_of("school"), "tr")[1] == pytest.approx(1)
    assert np.isfinite(index.dense(vector_of("school"), "xx")).all()


def test_lexical_score_forgives_a_wrong_letter(index: Index) -> None:
    scores = index.lexical("docter SORUSU")
    assert scores.argmax() == 2
    assert index.lexical("doctor sorusu")[2] == pytest.approx(1)


def test_lexical_score_ignores_answers(index: Index) -> None:
    # "Within 7 days" stands in every answer and in no question.
    assert index.lexical("Within 7 days").max() < 0.2


def test_lexical_score_of_text_without_known_letters(index: Index) -> None:
    assert index.lexical("你好 🙂").tolist() == [0, 0, 0, 0]


def test_index_centres_each_language_with_its_own_mean(tiny_content: Content, tmp_path: Path) -> None:
    mean = vector_of("travel") / 2
    centring = Centring({"en": mean, "tr": np.zeros(4, np.float32)})
    index = word_index(tiny_content, tmp_path, centring)
    assert index.dense(vector_of("school"), "en")[1] == pytest.approx(1)
    assert index.dense(vector_of("school"), "en")[0] < 0


def test_index_reads_values_into_answers(tiny_content: Content, tmp_path: Path) -> None:
    encoder = WordEncoder()
    word_index(tiny_content, tmp_path, encoder=encoder)
    assert "Within 7 days: travel." in encoder.asked
