"""Retrieval by words (BM25) and by pieces of words (TF-IDF), without any model of language."""

from collections import defaultdict
from collections.abc import Sequence

import bm25s  # type: ignore[import-untyped]
import numpy as np
from retrieval_common import Asked, Row, Stopwatch
from retrieval_nearest import EntriesOfRows
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.base.fold import fold


def words(text: str) -> list[str]:
    """The words of `text` in their folded form."""
    return fold(text).split()


class Bm25:
    """BM25 with the library's own settings, over the rows of the question's language."""

    embedding: Stopwatch | None = None
    note = "own-language rows, folded words"

    def fit(self, rows: Sequence[Row]) -> None:
        by_language = defaultdict(list)
        for row in rows:
            by_language[row.language].append(row)
        self._indexes = {code: self._index(part) for code, part in by_language.items()}

    def _index(self, rows: Sequence[Row]) -> tuple[bm25s.BM25, EntriesOfRows]:
        index = bm25s.BM25()
        index.index([words(row.text) for row in rows], show_progress=False)
        return index, EntriesOfRows(rows)

    def rank(self, question: Asked) -> list[str]:
        if question.language not in self._indexes:
            return []
        index, entries = self._indexes[question.language]
        known = index.get_tokens_ids(words(question.text))
        return entries.best(index.get_scores(known)) if known else []


class CharacterTfidf:
    """The nearest row by pieces of 2 to 4 letters."""

    embedding: Stopwatch | None = None
    note = "rows of all languages, folded text, pieces of 2 to 4 letters"

    def fit(self, rows: Sequence[Row]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32)
        # Pieces as rows: a question has few of them.
        self._pieces = self._vectorizer.fit_transform([fold(row.text) for row in rows]).T.tocsr()
        self._entries = EntriesOfRows(rows)

    def rank(self, question: Asked) -> list[str]:
        asked = self._vectorizer.transform([fold(question.text)])
        return self._entries.best((asked @ self._pieces).toarray()[0])
