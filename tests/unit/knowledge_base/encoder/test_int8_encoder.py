"""The int8 encoder that the service answers with."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from knowledge_base.encoder.encoder import Encoder, Vectors

NEIGHBOURS = ["", "ok", "a much longer text " * 20, "ﷺ" * 50, "سلام " * 600, "Wo ist das Krankenhaus?"]
TEXTS = ["Where is the hospital?", "كيف أسجل طفلي؟", "Kimlik kartımı kaybettim.", "x"]


def test_encode_gives_one_vector_of_length_one_a_text(encoder: Encoder) -> None:
    vectors = encoder.encode(["Hello", "", "سلام " * 600, "👩‍👧", "ﷺ" * 50])
    assert vectors.shape == (5, encoder.size)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("text", TEXTS)
def test_encode_does_not_depend_on_the_neighbours(encoder: Encoder, text: str) -> None:
    alone = encoder.encode([text])[0]
    for batch in ([text, *NEIGHBOURS], [*NEIGHBOURS, text], [text, text]):
        together = encoder.encode(batch)[batch.index(text)]
        assert np.array_equal(together, alone)


def test_encode_keeps_the_order_of_many_texts(encoder: Encoder) -> None:
    texts = [f"{text} {number}" for number in range(8) for text in TEXTS]
    alone = np.stack([encoder.encode([text])[0] for text in texts])
    assert np.array_equal(encoder.encode(texts), alone)


def test_encode_nothing(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.size)


def test_encode_reads_the_first_512_tokens(encoder: Encoder) -> None:
    first, second = encoder.encode(["word " * 600 + "one", "word " * 600 + "another thing"])
    assert np.array_equal(first, second)


def test_encode_leaves_no_threads_behind(encoder: Encoder) -> None:
    before = threading.active_count()
    encoder.encode(TEXTS)
    assert threading.active_count() == before


def nearest(encoder: Encoder, text: str, others: Sequence[str]) -> str:
    vectors: Vectors = encoder.encode([text, *others])
    return others[int(np.argmax(vectors[1:] @ vectors[0]))]


def test_encode_brings_like_meanings_together(encoder: Encoder) -> None:
    others = ["My employer does not pay me.", "My child needs a school.", "I am ill."]
    assert nearest(encoder, "My boss keeps my wages.", others) == others[0]
    assert nearest(encoder, "Çocuğum için okul arıyorum.", others) == others[1]
