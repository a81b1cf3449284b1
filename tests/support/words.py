"""Vectors that count four words, for tests in which a model's meaning would only blur what is tested."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.centring import Centring
from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.index import Index

WORDS = ("travel", "school", "doctor", "work")
ENTRIES = tuple(f"life.{word}" for word in WORDS)


class WordEncoder:
    """Stands for an encoder and notes what it was asked."""

    size = len(WORDS)
    fingerprint = "words"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([vector_of(text) for text in texts])


def vector_of(text: str) -> Vectors:
    """1 for each of the four words that stands in `text`; all alike where none does."""
    counts = np.array([word in text.lower() for word in WORDS], np.float32)
    return counts if counts.any() else np.full(len(WORDS), 0.1, np.float32)


def word_index(
    content: Content, directory: Path, centring: Centring | None = None, encoder: WordEncoder | None = None
) -> Index:
    """An index of `content` over such vectors; without `centring` no language has anything in common."""
    zeros = np.zeros(len(WORDS), np.float32)
    cache = VectorCache(encoder or WordEncoder(), directory)  # type: ignore[arg-type]
    return Index(content, cache, centring or Centring({"en": zeros, "tr": zeros}))
