"""Vectors that count a few words, for tests in which a model's meaning would only blur what is tested."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.centring import Centring
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.index import Index, build_index
from knowledge_base.indexing import centred_vectors
from knowledge_base.layers import Layers
from knowledge_base.rows import rows_of

WORDS = ("travel", "school", "doctor", "work")
ENTRIES = tuple(f"life.{word}" for word in WORDS)
NEW_WORD = "bread"  # known to the encoder, but no entry is about it
_COUNTED = (*WORDS, NEW_WORD)


class WordEncoder:
    """Stands for an encoder and notes what it was asked."""

    size = len(_COUNTED)
    fingerprint = "words"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([vector_of(text) for text in texts])


def vector_of(text: str) -> Vectors:
    """1 for each of the five words that stands in `text`; all alike where none does."""
    counts = np.array([word in text.lower() for word in _COUNTED], np.float32)
    return counts if counts.any() else np.full(len(_COUNTED), 0.1, np.float32)


def word_cache(directory: Path, encoder: WordEncoder | None = None) -> VectorCache:
    """A cache over such vectors."""
    return VectorCache(encoder or WordEncoder(), directory)


def no_centring() -> Centring:
    """Language means of zero: no language has anything in common."""
    zeros = np.zeros(WordEncoder.size, np.float32)
    return Centring({"en": zeros, "tr": zeros})


def word_layers(content: Content, cache: VectorCache) -> Layers:
    """Layers fitted on all texts of `content`."""
    rows = rows_of(content)
    return Layers.fit(rows, centred_vectors(rows, cache, no_centring()))


def word_index(content: Content, directory: Path, centring: Centring | None = None) -> Index:
    """An index of `content` with layers of its own."""
    cache = word_cache(directory)
    return build_index(rows_of(content), cache, centring or no_centring(), word_layers(content, cache))
