"""Texts as weighted pieces of words (TF-IDF), so that misspelt words still meet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge_base.ngrams import ngrams

Weights = NDArray[np.float32]
Columns = NDArray[np.int32]
_RARE = 2  # texts that must hold a piece, else it says nothing about others


@dataclass(frozen=True)
class Spelling:
    """The known pieces with their column, and how telling each is (inverse document frequency)."""

    columns: Mapping[str, int]
    rarity: Weights

    @classmethod
    def of(cls, texts: Sequence[tuple[str, str]]) -> "Spelling":
        """Learn the pieces of `texts`, given as (text, language)."""
        counts: Counter[str] = Counter()
        for text, language in texts:
            counts.update(set(ngrams(text, language)))
        known = sorted(piece for piece, count in counts.items() if count >= _RARE)
        found = np.array([counts[piece] for piece in known], dtype=np.float32)
        rarity = np.log((1 + len(texts)) / (1 + found)) + 1
        return cls({piece: place for place, piece in enumerate(known)}, rarity.astype(np.float32))

    def weigh(self, text: str, language: str) -> tuple[Columns, Weights]:
        """Columns of the pieces of `text` and their weights, of length 1 together."""
        found = map(self.columns.get, ngrams(text, language))
        counts = Counter(column for column in found if column is not None)
        columns = np.fromiter(counts.keys(), np.int32, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.rarity[columns]
        length = float(np.linalg.norm(weights)) or 1.0
        return columns, (weights / length).astype(np.float32)

    def matrix(self, texts: Sequence[tuple[str, str]]) -> csr_matrix:
        """The texts as rows; shape (len(texts), number of pieces)."""
        rows = [self.weigh(text, language) for text, language in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, np.int32)
        weights = np.concatenate([weights for _, weights in rows]) if rows else np.zeros(0, np.float32)
        return csr_matrix((weights, columns, starts), shape=(len(rows), len(self.columns)))
