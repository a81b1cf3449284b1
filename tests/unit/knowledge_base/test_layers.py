"""Fitting the learned layers on tiny content, and keeping them in a file."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.content_files import Content
from knowledge_base.layers import Layers, fingerprint
from knowledge_base.rows import Row, rows_of
from tests.support.words import ENTRIES, WORDS, vector_of, word_cache, word_layers


@pytest.fixture
def layers(tiny_content: Content, tmp_path: Path) -> Layers:
    return word_layers(tiny_content, word_cache(tmp_path))


@pytest.mark.parametrize("word", WORDS)
def test_layers_learn_which_entry_a_word_belongs_to(layers: Layers, word: str) -> None:
    number = WORDS.index(word)
    columns, weights = layers.spelling.weigh(f"please tell me about {word}", "en")
    by_spelling = layers.by_spelling(columns, weights)
    assert layers.ids == ENTRIES
    assert by_spelling.argmax() == number
    assert by_spelling[number] > 0
    assert layers.by_meaning(vector_of(word)).argmax() == number


def test_by_meaning_gives_logarithms_of_probabilities(layers: Layers) -> None:
    for text in ("travel", "travel school", "nothing", "bread"):
        assert np.exp(layers.by_meaning(vector_of(text))).sum() == pytest.approx(1)


def test_by_spelling_of_nothing_is_finite(layers: Layers) -> None:
    columns, weights = layers.spelling.weigh("你好", "en")
    assert np.isfinite(layers.by_spelling(columns, weights)).all()


def test_fitting_twice_gives_like_weights(tiny_content: Content, layers: Layers, tmp_path: Path) -> None:
    again = word_layers(tiny_content, word_cache(tmp_path))
    assert again.spelling_weights == pytest.approx(layers.spelling_weights, abs=0.01)
    assert again.meaning_weights == pytest.approx(layers.meaning_weights, abs=0.01)


def test_layers_saved_and_loaded_give_equal_scores(layers: Layers, tmp_path: Path) -> None:
    path = tmp_path / "new" / "layers.npz"
    layers.save(path)
    loaded = Layers.load(path)
    assert loaded.ids == layers.ids
    assert loaded.spelling.columns == layers.spelling.columns
    for text in ("travel", "Question about doctor", "سفر", ""):
        columns, weights = layers.spelling.weigh(text, "en")
        again, same = loaded.spelling.weigh(text, "en")
        assert np.array_equal(again, columns)
        assert np.array_equal(same, weights)
        assert np.array_equal(loaded.by_spelling(again, same), layers.by_spelling(columns, weights))
        assert np.array_equal(loaded.by_meaning(vector_of(text)), layers.by_meaning(vector_of(text)))
    assert [file.name for file in path.parent.iterdir()] == ["layers.npz"]


ROW = Row("a.b", "en", "How?", False)


@pytest.mark.parametrize(
    "other",
    [
        [Row("a.c", "en", "How?", False)],
        [Row("a.b", "tr", "How?", False)],
        [Row("a.b", "en", "How", False)],
        [ROW, ROW],
        [],
    ],
)
def test_fingerprint_changes_with_the_texts(other: list[Row]) -> None:
    assert fingerprint(other, "e") != fingerprint([ROW], "e")


def test_fingerprint_changes_with_the_encoder_only_else(tiny_content: Content) -> None:
    rows = rows_of(tiny_content)
    assert fingerprint(rows, "e") == fingerprint(rows_of(tiny_content), "e")
    assert fingerprint(rows, "e") != fingerprint(rows, "f")
    assert len(fingerprint(rows, "e")) == 16
