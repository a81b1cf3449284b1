"""The nearest question of each entry, exactly and by 8-bit vectors."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from knowledge_base import nearest
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.nearest import NearestTexts

SIZE = 16
ENTRIES = 40


def random_vectors(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, SIZE)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def texts(owners: list[int], vectors: Vectors, entries: int = ENTRIES) -> NearestTexts:
    return NearestTexts(owners, vectors, csr_matrix((len(owners), 3), dtype=np.float32), entries)


def test_by_meaning_is_the_best_question_of_each_entry() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], np.float32)
    found = texts([2, 0, 2, 1], vectors, entries=4).by_meaning(np.array([1, 0], np.float32))
    assert found == pytest.approx([0, -1, 1, -1])
    assert found.dtype == np.float64


def test_by_spelling_is_the_best_question_of_each_entry_and_never_below_zero() -> None:
    spelled = csr_matrix(np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], np.float32))
    found = NearestTexts([1, 0, 1], np.zeros((3, 2), np.float32), spelled, 3)
    columns, weights = np.array([0], np.int32), np.array([1.0], np.float32)
    assert found.by_spelling(columns, weights) == pytest.approx([0, 1, 0])
    nothing = found.by_spelling(np.zeros(0, np.int32), np.zeros(0, np.float32))
    assert nothing.tolist() == [0, 0, 0]


def test_by_spelling_leaves_out_pieces_that_stand_in_many_texts() -> None:
    # 60 texts hold the first piece, 3 the second: only the second tells them apart.
    held = np.array([[0.6, 0.8 if number < 3 else 0] for number in range(60)], np.float32)
    found = NearestTexts(list(range(60)), np.zeros((60, 2), np.float32), csr_matrix(held), 60)
    one = np.array([1.0], np.float32)
    assert found.by_spelling(np.array([0], np.int32), one).tolist() == [0.0] * 60
    assert found.by_spelling(np.array([1], np.int32), one) == pytest.approx([0.8] * 3 + [0] * 57)


def test_by_spelling_keeps_all_pieces_of_few_texts() -> None:
    held = csr_matrix(np.ones((50, 1), np.float32))
    found = NearestTexts(list(range(50)), np.zeros((50, 2), np.float32), held, 50)
    assert found.by_spelling(np.array([0], np.int32), np.array([1.0], np.float32)).tolist() == [1.0] * 50


def test_by_meaning_does_not_depend_on_the_order_of_the_questions() -> None:
    owners = [number % ENTRIES for number in range(200)]
    vectors, wanted = random_vectors(200), random_vectors(1, seed=1)[0]
    order = np.random.default_rng(2).permutation(200)
    shuffled = texts([owners[place] for place in order], vectors[order])
    assert shuffled.by_meaning(wanted) == pytest.approx(texts(owners, vectors).by_meaning(wanted))


def test_by_meaning_of_many_questions_finds_the_same_best_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 1000
    owners, vectors = [number % ENTRIES for number in range(count)], random_vectors(count)
    exact = texts(owners, vectors)
    monkeypatch.setattr(nearest, "EXACT_ROWS", 300)
    quantised = texts(owners, vectors)
    rng = np.random.default_rng(3)
    for vector in vectors[::25]:
        typed = vector + rng.normal(size=SIZE).astype(np.float32) * 0.05  # near one of the questions
        asked = np.asarray(typed / np.linalg.norm(typed), np.float32)
        expected, found = exact.by_meaning(asked), quantised.by_meaning(asked)
        assert found.argmax() == expected.argmax()
        assert found.max() == pytest.approx(expected.max(), abs=0.1)  # 8 bits, and ranges of 300 rows


def test_by_meaning_of_many_questions_leaves_the_far_ones_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "EXACT_ROWS", 100)
    monkeypatch.setattr(nearest, "_NEAREST", 5)
    found = texts(list(range(200)), random_vectors(200), entries=200).by_meaning(random_vectors(1, 9)[0])
    assert (found > -1).sum() == 5


def test_by_meaning_of_many_questions_is_as_exact_for_the_last_as_for_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The rows of the later entries reach further in every direction than those of the first ones.
    vectors = random_vectors(1000)
    vectors[:500] *= 0.1
    monkeypatch.setattr(nearest, "EXACT_ROWS", 300)
    quantised = texts(list(range(1000)), vectors, entries=1000)
    for number in (0, 499, 500, 999):
        length = np.linalg.norm(vectors[number])
        asked = np.asarray(vectors[number] / length, np.float32)
        assert quantised.by_meaning(asked)[number] == pytest.approx(length, abs=0.05)


@pytest.mark.parametrize(("count", "exact"), [(10, True), (11, False)])
def test_vectors_are_kept_up_to_the_limit_only(
    monkeypatch: pytest.MonkeyPatch, count: int, exact: bool
) -> None:
    monkeypatch.setattr(nearest, "EXACT_ROWS", 10)
    found = texts(list(range(count)), random_vectors(count), entries=count)
    assert (found._dense._vectors is not None) is exact
