"""The searchable form of all entries, in memory.

Four views of each message: the nearest question of an entry by meaning and by spelling, and what two linear
models have learned about all texts of an entry, again by meaning and by spelling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from scipy.sparse import csr_matrix, vstack

from knowledge_base.centring import Centring
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.layers import Layers
from knowledge_base.nearest import NearestTexts, Scores
from knowledge_base.rows import Row


@dataclass(frozen=True)
class Views:
    """Four scores of every entry for one message; each of shape (entries,)."""

    learned_meaning: Scores  # logarithm of a probability
    learned_spelling: Scores
    meaning: Scores  # cosines
    spelling: Scores


class Index:
    """Scores a message against all entries. Entries keep their number when the content changes."""

    def __init__(
        self,
        ids: Sequence[str],
        texts: Mapping[str, Sequence[Row]],
        nearest: Mapping[str, NearestTexts],
        layers: Layers,
        centring: Centring,
    ) -> None:
        self.ids = list(ids)
        self._texts = texts
        self._nearest = nearest
        self._layers = layers
        self._centring = centring
        place = {id: number for number, id in enumerate(layers.ids)}
        self._known = np.array([id in place for id in self.ids])
        self._column = np.array([place[id] for id in self.ids if id in place], dtype=np.intp)

    def views(self, text: str, vector: Vectors, language: str) -> Views:
        """Score one message against the questions of its language; by meaning of all, where it has none."""
        centred = self._centring.centre(vector[None, :], language)[0]
        columns, weights = self._layers.spelling.weigh(text, language)
        own = self._nearest.get(language)
        searched = [own] if own else self._nearest.values()
        return Views(
            self._learned(self._layers.by_meaning(centred)),
            self._learned(self._layers.by_spelling(columns, weights)),
            np.max([block.by_meaning(centred) for block in searched], axis=0),
            own.by_spelling(columns, weights) if own else np.zeros(len(self.ids)),
        )

    def widen(self, views: Views, vector: Vectors, language: str) -> Views:
        """`views` of a message in `language`, with its meaning scored against the other languages as well."""
        centred = self._centring.centre(vector[None, :], language)[0]
        others = [block.by_meaning(centred) for code, block in self._nearest.items() if code != language]
        return replace(views, meaning=np.max([views.meaning, *others], axis=0))

    def _learned(self, scores: Scores) -> Scores:
        """Scores by number in the index; NaN for entries that the layers do not know yet."""
        found = np.full(len(self.ids), np.nan)
        found[self._known] = scores[self._column]
        return found

    def with_rows(self, rows: Sequence[Row], cache: VectorCache) -> "Index":
        """The index of changed texts, with the layers as they are; computes only languages that changed."""
        texts = questions_by_language(rows)
        ids = list(dict.fromkeys([*self.ids, *(row.entry for row in rows)]))
        nearest = {code: self._changed(code, rows, ids, cache) for code, rows in texts.items()}
        return Index(ids, texts, nearest, self._layers, self._centring)

    def _changed(
        self, code: str, rows: Sequence[Row], ids: Sequence[str], cache: VectorCache
    ) -> NearestTexts:
        before = self._texts.get(code, [])
        if rows == before and len(ids) == len(self.ids):
            return self._nearest[code]
        spelled = (
            spell_again(rows, self._layers, before, self._nearest[code].spelled)
            if before
            else spell(rows, self._layers)
        )
        return nearest_texts(ids, rows, cache, self._centring, spelled)


def build_index(rows: Sequence[Row], cache: VectorCache, centring: Centring, layers: Layers) -> Index:
    """The index of all texts, with layers that were fitted on them."""
    texts = questions_by_language(rows)
    ids = list(dict.fromkeys(row.entry for row in rows))
    nearest = {
        code: nearest_texts(ids, own, cache, centring, spell(own, layers)) for code, own in texts.items()
    }
    return Index(ids, texts, nearest, layers, centring)


def nearest_texts(
    ids: Sequence[str],
    rows: Sequence[Row],
    cache: VectorCache,
    centring: Centring,
    spelled: csr_matrix,
) -> NearestTexts:
    """The questions of one language, searchable; `spelled` holds the pieces of each."""
    number = {id: place for place, id in enumerate(ids)}
    vectors = centring.centre(cache.encode([row.text for row in rows]), rows[0].language)
    return NearestTexts([number[row.entry] for row in rows], vectors, spelled, len(ids))


def spell(rows: Sequence[Row], layers: Layers) -> csr_matrix:
    """The pieces of each row."""
    return layers.spelling.matrix([(row.text, row.language) for row in rows])


def spell_again(
    rows: Sequence[Row], layers: Layers, before: Sequence[Row], spelled: csr_matrix
) -> csr_matrix:
    """The pieces of each row, taken from `spelled` for those that were there `before`."""
    place = {row.text: number for number, row in enumerate(before)}
    new = [row for row in rows if row.text not in place]
    place |= {row.text: len(before) + number for number, row in enumerate(new)}
    return csr_matrix(vstack([spelled, spell(new, layers)], format="csr")[[place[row.text] for row in rows]])


def questions_by_language(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The questions and paraphrases of each language that has any."""
    questions = sorted((row for row in rows if not row.is_answer), key=lambda row: row.language)
    return {code: list(own) for code, own in groupby(questions, key=lambda row: row.language)}
