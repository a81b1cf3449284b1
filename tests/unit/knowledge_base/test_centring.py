import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge_base.centring import Centring

PROPERTY = settings(max_examples=50, deadline=None)
ROWS = arrays(np.float32, (6, 3), elements=st.floats(-1, 1, width=32))
CODES = ["a", "b", "a", "b", "a", "b"]


def test_centre_removes_what_a_language_has_in_common() -> None:
    meaning = np.eye(3, dtype=np.float32)[[0, 1]]
    shift = np.array([0, 0, 5], np.float32)
    vectors = np.concatenate([meaning + shift, meaning - shift])
    centring = Centring.of(vectors, ["a", "a", "b", "b"])
    first, second = centring.centre(vectors[:2], "a"), centring.centre(vectors[2:], "b")
    assert np.allclose(first, second, atol=1e-6)
    assert first[0] @ second[0] == pytest.approx(1)
    assert first[0] @ second[1] < 0


@PROPERTY
@given(ROWS)
def test_centre_gives_vectors_of_length_one(vectors: np.ndarray) -> None:
    centred = Centring.of(vectors, CODES).centre(vectors, "a")
    away = np.linalg.norm(vectors - vectors[::2].mean(axis=0), axis=1) > 1e-3
    assert centred.dtype == np.float32
    assert np.isfinite(centred).all()
    assert np.allclose(np.linalg.norm(centred[away], axis=1), 1, atol=1e-3)


def test_centre_unknown_language_takes_the_mean_of_all() -> None:
    centring = Centring({"a": np.array([1, 0], np.float32), "b": np.array([0, 1], np.float32)})
    centred = centring.centre(np.array([[1.5, 0.5]], np.float32), "xx")
    assert centred.tolist() == [[1.0, 0.0]]


def test_centre_vector_equal_to_the_mean() -> None:
    mean = np.array([1, 0], np.float32)
    assert Centring({"a": mean}).centre(mean[None, :], "a").tolist() == [[0.0, 0.0]]


def test_centre_leaves_its_input_alone() -> None:
    vectors = np.ones((1, 2), np.float32)
    Centring({"a": np.array([1, 0], np.float32)}).centre(vectors, "a")
    assert vectors.tolist() == [[1.0, 1.0]]
