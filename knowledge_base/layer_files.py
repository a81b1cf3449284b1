"""Keeping the fitted layers on disk, so that a start without new texts does not fit them again."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

from knowledge_base.encoder.encoder import Vectors
from knowledge_base.layers import Layers, fingerprint
from knowledge_base.rows import Row

_KEPT = 3  # files; older ones are deleted


def layers_for(rows: Sequence[Row], vectors: Vectors, encoder: str, directory: Path) -> Layers:
    """The layers for these rows: from disk, else fitted and saved."""
    path = directory / f"layers-{fingerprint(rows, encoder)}.npz"
    known = _load(path)
    if known:
        path.touch()
        return known
    layers = Layers.fit(rows, vectors)
    layers.save(path)
    _forget_old(directory)
    return layers


def _load(path: Path) -> Layers | None:
    if not path.exists():
        return None
    try:
        return Layers.load(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # a damaged file costs half a minute, not the start


def _forget_old(directory: Path) -> None:
    files = sorted(directory.glob("layers-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)
