"""Texts as weighted pieces of words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.ngrams import ngrams
from knowledge_base.spelling import Spelling

TEXTS = [("travel permit", "en"), ("travel paper", "en"), ("school permit", "en"), ("تجديد الكملك", "ar")]
SPELLING = Spelling.of(TEXTS)


def cosine(first: str, second: str) -> float:
    rows = SPELLING.matrix([(first, "en"), (second, "en")]).toarray()
    return float(rows[0] @ rows[1])


def test_spelling_knows_only_pieces_that_several_texts_hold() -> None:
    assert "trav" in SPELLING.columns
    assert "scho" not in SPELLING.columns
    assert sorted(SPELLING.columns.values()) == list(range(len(SPELLING.rarity)))


def test_spelling_counts_a_piece_once_a_text() -> None:
    assert "aa" not in Spelling.of([("aab aac", "en"), ("x", "en")]).columns


def test_spelling_weighs_rare_pieces_more() -> None:
    spelling = Spelling.of([("ab", "en"), ("ab", "en"), ("ab cd", "en"), ("cd", "en"), ("x", "en")])
    common, rare = (spelling.rarity[spelling.columns[piece]] for piece in ("ab", "cd"))
    assert rare > common
    assert common == pytest.approx(np.log(6 / 4) + 1)
    assert rare == pytest.approx(np.log(6 / 3) + 1)


def test_weigh_counts_repetitions_as_a_logarithm() -> None:
    spelling = Spelling.of([("ab", "en"), ("ab", "en")])
    once, weights = spelling.weigh("ab ab ab", "en")
    assert sorted(once.tolist()) == sorted(spelling.columns.values())
    assert weights == pytest.approx(np.full(6, 6**-0.5), abs=1e-6)


def test_weigh_forgives_a_wrong_letter() -> None:
    assert cosine("travel permit", "travel permit") == pytest.approx(1)
    assert cosine("travel permit", "travl permitt") > 0.6
    assert cosine("travel permit", "zzz") == 0


@pytest.mark.parametrize("text", ["", "🙂", "你好", "zzz"])
def test_weigh_text_without_known_pieces(text: str) -> None:
    columns, weights = SPELLING.weigh(text, "en")
    assert columns.shape == weights.shape == (0,)
    assert SPELLING.matrix([(text, "en")]).nnz == 0


def test_matrix_holds_a_row_a_text() -> None:
    matrix = SPELLING.matrix(TEXTS)
    assert matrix.shape == (len(TEXTS), len(SPELLING.columns))
    for row, (text, language) in zip(matrix.toarray(), TEXTS, strict=True):
        columns, weights = SPELLING.weigh(text, language)
        assert row[columns] == pytest.approx(weights)
        assert row.sum() == pytest.approx(weights.sum())


def test_matrix_of_nothing() -> None:
    assert SPELLING.matrix([]).shape == (0, len(SPELLING.columns))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["en", "ar", "xx"]))
def test_weigh_any_text(text: str, language: str) -> None:
    columns, weights = SPELLING.weigh(text, language)
    known = {piece for piece in ngrams(text, language) if piece in SPELLING.columns}
    assert {*columns.tolist()} == {SPELLING.columns[piece] for piece in known}
    assert np.linalg.norm(weights) == pytest.approx(1 if known else 0, abs=1e-5)
