from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache

MANY = [f"سلام {number}" for number in range(50)]  # as few as are worth writing


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
    first = VectorCache(Counting(), tmp_path).encode(MANY)
    encoder = Counting()
    second = VectorCache(encoder, tmp_path).encode(MANY[::-1])
    assert encoder.asked == []
    assert second.tolist() == first[::-1].tolist()


def test_cache_computes_only_what_is_new(tmp_path: Path) -> None:
    VectorCache(Counting(), tmp_path).encode(MANY)
    encoder = Counting()
    VectorCache(encoder, tmp_path).encode([*MANY, "new"])
    assert encoder.asked == ["new"]


def test_cache_of_few_new_texts_is_not_written(tmp_path: Path) -> None:
    # Writing all of them takes longer than computing these again.
    VectorCache(Counting(), tmp_path).encode(MANY)
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()
    cache = VectorCache(Counting(), tmp_path)
    cache.encode(["new"])
    assert file.read_bytes() == before
    cache.encode([f"more {number}" for number in range(50)])
    again = Counting()
    VectorCache(again, tmp_path).encode([*MANY, "new", "more 7"])
    assert again.asked == []


@pytest.mark.parametrize("damage", [b"", b"no numbers", b"PK\x03\x04 half of a file"])
def test_cache_with_a_damaged_file_starts_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "vectors-one.npz").write_bytes(damage)
    assert VectorCache(Counting(), tmp_path).encode(MANY).shape == (50, 2)
    again = Counting()
    VectorCache(again, tmp_path).encode(MANY)
    assert again.asked == []


def test_cache_of_another_model_starts_anew(tmp_path: Path) -> None:
    VectorCache(Counting("one"), tmp_path).encode(MANY)
    encoder = Counting("two")
    VectorCache(encoder, tmp_path).encode(MANY)
    assert sorted(encoder.asked) == sorted(MANY)


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
    VectorCache(Counting(), tmp_path).encode(MANY)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-one.npz"]
