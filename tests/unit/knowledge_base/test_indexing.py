"""From texts to the index, with vectors that count a few words instead of a model's."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.centring import Centring
from knowledge_base.content_files import Content
from knowledge_base.examples import Example
from knowledge_base.indexing import centred_vectors, centring_of, index_of
from knowledge_base.rows import Row, rows_of
from tests.support.words import ENTRIES, WORDS, WordEncoder, no_centring, vector_of, word_cache, word_index


def test_centring_of_examples_takes_the_mean_of_each_language(tmp_path: Path) -> None:
    examples = [Example("en", "greet", "travel"), Example("tr", "greet", "work"), Example("en", "x", "work")]
    centring = centring_of(examples, word_cache(tmp_path))
    mean = np.mean([vector_of("travel"), vector_of("work")], axis=0)
    assert centring.centre(mean[None, :], "en")[0].tolist() == [0] * WordEncoder.size
    assert centring.centre(vector_of("work")[None, :], "tr")[0].tolist() == [0] * WordEncoder.size


@pytest.mark.parametrize("word", WORDS)
def test_index_of_texts_finds_what_it_learned(tiny_content: Content, tmp_path: Path, word: str) -> None:
    found = index_of(rows_of(tiny_content), word_cache(tmp_path), no_centring(), tmp_path / "layers")
    expected = word_index(tiny_content, tmp_path).views(f"about {word}", vector_of(word), "en")
    views = found.views(f"about {word}", vector_of(word), "en")
    assert found.ids == list(ENTRIES)
    assert views.meaning == pytest.approx(expected.meaning)
    assert views.learned_meaning.argmax() == views.learned_spelling.argmax() == WORDS.index(word)
    assert [path.suffix for path in (tmp_path / "layers").iterdir()] == [".npz"]


def test_centred_vectors_use_the_mean_of_each_row(tmp_path: Path) -> None:
    rows = [Row("a", "en", "travel", False), Row("a", "tr", "travel", False), Row("a", "en", "work", True)]
    centring = Centring({"en": vector_of("travel"), "tr": np.zeros(WordEncoder.size, np.float32)})
    first, second, third = centred_vectors(rows, word_cache(tmp_path), centring)
    assert first.tolist() == [0] * WordEncoder.size
    assert second == pytest.approx(vector_of("travel"))
    expected = vector_of("work") - vector_of("travel")
    assert third == pytest.approx(expected / np.linalg.norm(expected))
