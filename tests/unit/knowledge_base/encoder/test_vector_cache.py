from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache


class Counting:
    """Stands for an encoder: the vector of a text is its length, and it notes what it was asked."""

    size = 2

    def __init__(self, fingerprint: str = "one") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


def test_cache_keeps_the_order_of_the_texts(tmp_path: Path) -> None:
    encoder = Counting()
    vectors = VectorCache(encoder, tmp_path).encode(["ccc", "a", "bb", "a"])
    assert vectors.tolist() == [[3, 1], [1, 1], [2, 1], [1, 1]]
    assert sorted(encoder.asked) == ["a", "bb", "ccc"]


def test_cache_second_start_computes_nothing(tmp_path: Path) -> None:
    first = VectorCache(Counting(), tmp_path).encode(["a", "سلام"])
    encoder = Counting()
    second = VectorCache(encoder, tmp_path).encode(["سلام", "a"])
    assert encoder.asked == []
    assert second.tolist() == first[::-1].tolist()


def test_cache_computes_only_what_is_new(tmp_path: Path) -> None:
    VectorCache(Counting(), tmp_path).encode(["a"])
    encoder = Counting()
    VectorCache(encoder, tmp_path).encode(["a", "bb"])
    assert encoder.asked == ["bb"]
    again = Counting()
    VectorCache(again, tmp_path).encode(["a", "bb"])
    assert again.asked == []


def test_cache_of_another_model_starts_anew(tmp_path: Path) -> None:
    VectorCache(Counting("one"), tmp_path).encode(["a"])
    encoder = Counting("two")
    VectorCache(encoder, tmp_path).encode(["a"])
    assert encoder.asked == ["a"]


def test_cache_changed_vectors_do_not_reach_the_memory(tmp_path: Path) -> None:
    cache = VectorCache(Counting(), tmp_path)
    cache.encode(["a"])[:] = 99
    assert cache.encode(["a"]).tolist() == [[1, 1]]


def test_cache_reports_progress_in_parts(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    texts = [str(number) for number in range(600)]
    cache = VectorCache(Counting(), tmp_path)
    cache.encode(texts, lambda done, total: seen.append((done, total)))
    cache.encode(texts, lambda done, total: seen.append((done, total)))
    assert seen == [(256, 600), (512, 600), (600, 600)]


def test_cache_without_texts(tmp_path: Path) -> None:
    assert VectorCache(Counting(), tmp_path).encode([]).shape == (0, 2)
    assert list(tmp_path.iterdir()) == []


def test_cache_leaves_no_parts_behind(tmp_path: Path) -> None:
    VectorCache(Counting(), tmp_path).encode(["a"])
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-one.npz"]
