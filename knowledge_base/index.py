"""The searchable form of the entries, all in memory.

Three views of each message: its nearest text by meaning (dense vectors), its nearest question by spelling
(character n-grams), and what a small linear layer has learned about all texts of an entry together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.base.fold import fold
from knowledge_base.centring import Centring
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import Progress, VectorCache
from knowledge_base.entry import Translation
from knowledge_base.placeholders import fill

Scores = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class Row:
    """One searchable text: a question, a paraphrase or an answer of `entry` (its number in the index)."""

    entry: int
    language: str
    text: str
    is_answer: bool


class Index:
    """Scores a message against all entries. Exact: a matrix product over all rows."""

    def __init__(
        self, content: Content, cache: VectorCache, centring: Centring, progress: Progress | None = None
    ) -> None:
        self.ids = list(content.entries)
        self._rows = _rows(content)
        self._centring = centring
        self._dense = self._encode(cache, progress)
        self._ngrams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        self._sparse: csr_matrix = self._ngrams.fit_transform([fold(row.text) for row in self._rows])
        self._owner = np.array([row.entry for row in self._rows])
        self._layer = LogisticRegression(C=2.0, max_iter=300).fit(self._dense, self._owner)
        self._questions = np.array([not row.is_answer for row in self._rows])

    def _encode(self, cache: VectorCache, progress: Progress | None) -> Vectors:
        vectors = cache.encode([row.text for row in self._rows], progress)
        for code in {row.language for row in self._rows}:
            chosen = np.array([row.language == code for row in self._rows])
            vectors[chosen] = self._centring.centre(vectors[chosen], code)
        return vectors

    def dense(self, vector: Vectors, language: str) -> Scores:
        """Cosine of the nearest row of each entry, over all languages; shape (entries,)."""
        query = self._centring.centre(vector[None, :], language)[0]
        return self._best((self._dense @ query).astype(np.float64))

    def lexical(self, text: str) -> Scores:
        """Cosine of character n-grams with the nearest question of each entry; shape (entries,)."""
        query = self._ngrams.transform([fold(text)])
        scores = (self._sparse @ query.T).toarray()[:, 0]
        return self._best(np.where(self._questions, scores, 0.0))

    def learned(self, vector: Vectors, language: str) -> Scores:
        """Probability of each entry by the linear layer; they sum to 1; shape (entries,)."""
        query = self._centring.centre(vector[None, :], language)
        return np.asarray(self._layer.predict_proba(query)[0], dtype=np.float64)

    def _best(self, scores: Scores) -> Scores:
        best = np.full(len(self.ids), -1.0)
        np.maximum.at(best, self._owner, scores)
        return best


def _rows(content: Content) -> list[Row]:
    return [
        row
        for number, entry in enumerate(content.entries.values())
        for code, translation in entry.translations.items()
        for row in _translation_rows(number, code, translation, content)
    ]


def _translation_rows(number: int, code: str, translation: Translation, content: Content) -> list[Row]:
    rows = [Row(number, code, text, False) for text in (translation.question, *translation.paraphrases)]
    if translation.answer:
        rows.append(Row(number, code, fill(translation.answer, content.values), True))
    return rows
