"""This project's search, built as the service builds it."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from retrieval_common import Asked, Row, Stopwatch

from bot.base.paths import ENCODER
from bot.pipeline.spelling import spell_for_encoder
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import load_encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import load_examples
from knowledge_base.fusion import fuse
from knowledge_base.indexing import centring_of, index_of
from knowledge_base.rows import rows_of


class OwnSearch:
    """The four views, joined; as in calibrate.py, with the rows of all languages.

    Nothing is taken from earlier runs: vectors and layers are computed anew, in the working directory, which
    holds the same content as the rows."""

    note = "the learned views read the answers as well"

    def __init__(self) -> None:
        self.embedding = Stopwatch()

    def fit(self, rows: Sequence[Row]) -> None:  # noqa: ARG002  (the content has answers too)
        content: Content = pickle.loads(Path("content.pickle").read_bytes())
        self._encoder = load_encoder(str(ENCODER))
        cache = VectorCache(self._encoder, Path.cwd())
        centring = centring_of(load_examples(), cache)
        self._index = index_of(rows_of(content), cache, centring, Path.cwd())
        self._present = np.ones(len(self._index.ids), dtype=bool)

    def rank(self, question: Asked) -> list[str]:
        with self.embedding:
            vector = self._encoder.encode([spell_for_encoder(question.text, question.language)])[0]
        views = self._index.views(question.text, vector, question.language)
        views = self._index.widen(views, vector, question.language)
        return [self._index.ids[number] for number in fuse(views, self._present).order]
