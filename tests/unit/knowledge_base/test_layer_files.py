"""Layers are fitted once for the same texts."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.content_files import Content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.indexing import centred_vectors
from knowledge_base.layer_files import layers_for
from knowledge_base.layers import Layers, fingerprint
from knowledge_base.rows import Row, rows_of
from tests.support.words import no_centring, word_cache

Fitted = list[int]


@pytest.fixture
def rows(tiny_content: Content) -> list[Row]:
    return rows_of(tiny_content)


@pytest.fixture
def vectors(rows: list[Row], tmp_path: Path) -> Vectors:
    return centred_vectors(rows, word_cache(tmp_path), no_centring())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "layers"


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> Fitted:
    """One item each time that layers are really fitted."""
    fit, times = Layers.fit, Fitted()

    def counting(rows: list[Row], vectors: Vectors) -> Layers:
        times.append(len(rows))
        return fit(rows, vectors)

    monkeypatch.setattr(Layers, "fit", counting)
    return times


def test_layers_are_fitted_once(rows: list[Row], vectors: Vectors, folder: Path, fitted: Fitted) -> None:
    first, second = (layers_for(rows, vectors, "e", folder) for _ in range(2))
    assert len(fitted) == 1
    assert np.array_equal(first.meaning_weights, second.meaning_weights)
    assert [path.name for path in folder.iterdir()] == [f"layers-{fingerprint(rows, 'e')}.npz"]


def test_layers_of_changed_texts_are_fitted_anew(
    rows: list[Row], vectors: Vectors, folder: Path, fitted: Fitted
) -> None:
    layers_for(rows, vectors, "e", folder)
    layers_for(rows[:-1], vectors[:-1], "e", folder)
    layers_for(rows, vectors, "another encoder", folder)
    assert len(fitted) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"no file of numbers",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-40],
        lambda data: b"PK\x03\x04" + bytes(100),
        lambda data: data[:200] + bytes(200) + data[400:],
    ],
)
def test_damaged_file_is_fitted_anew(
    rows: list[Row], vectors: Vectors, folder: Path, fitted: Fitted, damage: Callable[[bytes], bytes]
) -> None:
    layers_for(rows, vectors, "e", folder)
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    again = layers_for(rows, vectors, "e", folder)
    assert len(fitted) == 2
    assert np.array_equal(Layers.load(path).meaning_weights, again.meaning_weights)


def test_file_of_something_else_is_fitted_anew(
    rows: list[Row], vectors: Vectors, folder: Path, fitted: Fitted
) -> None:
    folder.mkdir()
    np.savez(folder / f"layers-{fingerprint(rows, 'e')}.npz", other=np.zeros(2))
    layers_for(rows, vectors, "e", folder)
    assert len(fitted) == 1


def test_only_the_three_files_used_last_are_kept(rows: list[Row], vectors: Vectors, folder: Path) -> None:
    names = [f"layers-{fingerprint(rows, code)}.npz" for code in "abcd"]
    for place, code in enumerate("abc"):
        layers_for(rows, vectors, code, folder)
        os.utime(folder / names[place], (place, place))  # long ago, one after the other
    layers_for(rows, vectors, "a", folder)  # used again, and so the newest of the three
    layers_for(rows, vectors, "d", folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted([names[0], names[2], names[3]])
