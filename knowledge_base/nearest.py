"""The questions of one language, and how near each entry's nearest one is to a message."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge_base.encoder.encoder import Vectors
from knowledge_base.spelling import Columns, Weights

Scores = NDArray[np.float64]
# Up to here a plain matrix product is fastest and exact; beyond, 8-bit vectors read a quarter of the memory
# (1 M rows: 42 ms and 0.4 GB against 151 ms and 1.5 GB).
EXACT_ROWS = 20_000
_COMMON, _ALWAYS_KEPT = 0.05, 50  # share and number of texts from which a piece is left out
_NEAREST = 200  # rows that are looked at beyond


class NearestTexts:
    """Questions with the number of the entry each belongs to. `entries` is how many entries there are.

    `spelled` holds the pieces of each question, in the order given; see spelling.py."""

    def __init__(self, owners: Sequence[int], vectors: Vectors, spelled: csr_matrix, entries: int) -> None:
        self.spelled = spelled
        order = np.argsort(owners, kind="stable")
        self._owners = np.asarray(owners)[order]
        self._present, self._starts = np.unique(self._owners, return_index=True)
        self._dense = _Dense(vectors[order])
        self._pieces = _telling(csr_matrix(spelled[order].T))  # pieces as rows: a message has few of them
        self._entries = entries

    def by_meaning(self, vector: Vectors) -> Scores:
        """Cosine with the nearest question of each entry; -1 without any; shape (entries,)."""
        return self._best(self._dense.cosines(vector))

    def by_spelling(self, columns: Columns, weights: Weights) -> Scores:
        """The same for pieces of words; 0 without any in common."""
        return np.maximum(self._best(weights @ self._pieces[columns]), 0.0)

    def _best(self, scores: NDArray[np.float32]) -> Scores:
        best = np.full(self._entries, -1.0)
        if len(self._present):
            best[self._present] = np.maximum.reduceat(scores, self._starts)
        return best


def _telling(pieces: csr_matrix) -> csr_matrix:
    """`pieces` without those that stand in many texts: they say little and cost most of the time."""
    common = np.diff(pieces.indptr) > max(_COMMON * pieces.shape[1], _ALWAYS_KEPT)
    kept = np.repeat(~common, np.diff(pieces.indptr))
    starts = np.concatenate([[0], np.cumsum(np.where(common, 0, np.diff(pieces.indptr)))])
    return csr_matrix((pieces.data[kept], pieces.indices[kept], starts), shape=pieces.shape)


class _Dense:
    """Vectors of length 1, compared exactly or, when there are many, by 8 bits a number."""

    def __init__(self, vectors: Vectors) -> None:
        self._count = len(vectors)
        self._vectors: Vectors | None = vectors
        self._index: Any = None
        if self._count > EXACT_ROWS:
            import faiss  # only large collections need it

            faiss.omp_set_num_threads(1)
            kind = faiss.ScalarQuantizer.QT_8bit
            self._index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
            # Evenly spaced: the rows are sorted by entry, so the first ones are about a few subjects only.
            self._index.train(vectors[np.linspace(0, self._count - 1, EXACT_ROWS, dtype=int)])
            self._index.add(vectors)
            self._vectors = None

    def cosines(self, vector: Vectors) -> NDArray[np.float32]:
        """Cosine of each row with `vector`; beyond the nearest rows of a large collection -1."""
        if self._vectors is not None:
            return np.asarray(self._vectors @ vector, dtype=np.float32)
        scores, rows = self._index.search(vector[None, :], _NEAREST)
        cosines = np.full(self._count, -1.0, dtype=np.float32)
        cosines[rows[0]] = scores[0]
        return cosines
