"""Finding the entry that answers a message, and deciding whether it is sure enough to show."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from knowledge_base.calibration import Calibration
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.index import Index, Numbers, Scores

Kind = Literal["answer", "clarify", "decline"]
CHOICES = 3


@dataclass(frozen=True)
class Candidate:
    """An entry that may answer the message. `confidence` is the calibrated probability that it does."""

    entry: str
    facts: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class SearchResult:
    """The decision and the best candidates, best first: for "answer" the first one is the answer."""

    kind: Kind
    candidates: tuple[Candidate, ...]


class Search:
    """Hybrid search: meaning (dense vectors) and spelling (character n-grams), best over all languages."""

    def __init__(self, content: Content, index: Index, calibration: Calibration) -> None:
        self._content = content
        self._index = index
        self._calibration = calibration

    def find(self, text: str, vector: Vectors, language: str) -> SearchResult:
        """Entries for `text`, whose vector is `vector` and whose language was recognised as `language`."""
        dense, lexical = self._index.dense(vector, language), self._index.lexical(text)
        fused = fuse(dense, lexical, self._calibration.lexical_weight)
        order = np.argsort(-fused)[: CHOICES + 1]
        features = features_of(dense, lexical, fused, order)
        confidence = self._calibration.probability(features)
        kind = self._kind(confidence, len(text.split()))
        return SearchResult(kind, self._candidates(order[:CHOICES], fused, confidence))

    def _kind(self, confidence: float, words: int) -> Kind:
        if confidence >= self._calibration.answer_threshold(words):
            return "answer"
        return "clarify" if confidence >= self._calibration.clarify else "decline"

    def _candidates(self, order: Numbers, fused: Scores, confidence: float) -> tuple[Candidate, ...]:
        # Those behind the first share what is left in the proportion of their scores.
        shares = np.exp(fused[order] - fused[order[0]])
        ids = [self._index.ids[number] for number in order]
        return tuple(
            Candidate(id, self._content.entries[id].facts, round(float(confidence * share), 4))
            for id, share in zip(ids, shares, strict=True)
        )


def fuse(dense: Scores, lexical: Scores, lexical_weight: float) -> Scores:
    """Weighted sum of both scores, each measured in its own standard deviations over the entries."""
    return (1 - lexical_weight) * _standard(dense) + lexical_weight * _standard(lexical)


def features_of(dense: Scores, lexical: Scores, fused: Scores, order: Numbers) -> Scores:
    """What the confidence is computed from: how near the first is, how far the others are behind."""
    first, second, later = order[0], order[1], order[-1]
    return np.array(
        [
            dense[first],
            lexical[first],
            fused[first] - fused[second],
            fused[first] - fused[later],
            dense[first] - np.sort(dense)[-10:].mean(),
        ]
    )


def _standard(scores: Scores) -> Scores:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9))
