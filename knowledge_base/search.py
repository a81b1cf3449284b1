"""Finding the entry that answers a message, and deciding whether it is sure enough to show."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge_base.calibration import Calibration
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.fusion import Fused, fuse
from knowledge_base.index import Index, Views
from knowledge_base.other_countries import OtherCountries

Kind = Literal["answer", "clarify", "decline"]
Numbers = NDArray[np.intp]
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
    """Search in the message's own language, and in all others where that is not sure."""

    def __init__(self, content: Content, index: Index, calibration: Calibration) -> None:
        self._calibration = calibration
        self._countries = OtherCountries()
        self.change(content, index)

    def change(self, content: Content, index: Index) -> None:
        """Search other content from now on."""
        self._content, self._index = content, index
        # Entries that were deleted keep their number in the index.
        self._present = np.array([id in content.entries for id in index.ids])

    def find(self, text: str, vector: Vectors, language: str) -> SearchResult:
        """Entries for `text`, whose vector is `vector` and whose language was recognised as `language`."""
        words = len(text.split())
        views = self._index.views(text, vector, language)
        fused, confidence = self._weigh(views)
        if self._kind(confidence, words) != "answer":
            fused, confidence = self._weigh(self._index.widen(views, vector, language))
        candidates = self._candidates(fused, confidence)
        kind = self._kind(confidence, words)
        if kind == "answer" and not self._content.entries[candidates[0].entry].abroad:
            kind = "clarify" if self._countries.named_in(text) else kind
        return SearchResult(kind, candidates)

    def _weigh(self, views: Views) -> tuple[Fused, float]:
        fused = fuse(views, self._present)
        return fused, self._calibration.probability(fused.features)

    def _kind(self, confidence: float, words: int) -> Kind:
        if confidence >= self._calibration.answer_threshold(words):
            return "answer"
        return "clarify" if confidence >= self._calibration.clarify_threshold(words) else "decline"

    def _candidates(self, fused: Fused, confidence: float) -> tuple[Candidate, ...]:
        # Those behind the first share what is left in the proportion of their scores.
        order = fused.order[:CHOICES]
        shares = np.exp(fused.score[order] - fused.score[order[0]])
        ids = [self._index.ids[number] for number in order]
        return tuple(
            Candidate(id, self._content.entries[id].facts, round(float(confidence * share), 4))
            for id, share in zip(ids, shares, strict=True)
        )
