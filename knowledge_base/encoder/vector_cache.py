"""Vectors of texts that rarely change (training examples, entries), kept on disk for the next start."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from knowledge_base.encoder.encoder import Encoder, Vectors

Progress = Callable[[int, int], None]
_BATCH = 256
_WORTH_SAVING = 50  # texts; computing fewer again takes less than writing all


class VectorCache:
    """An encoder with memory. One file per encoder fingerprint, so another model starts anew."""

    def __init__(self, encoder: Encoder, directory: Path) -> None:
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint
        self._path = directory / f"vectors-{encoder.fingerprint}.npz"
        self._known: dict[bytes, Vectors] = self._load()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of `texts`, shape (len(texts), size); unknown ones are computed and saved.

        `progress` is called with (done, total) of the texts that had to be computed."""
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._compute(missing, progress)
        rows = [self._known[key] for key in keys]
        return np.stack(rows) if rows else np.zeros((0, self._encoder.size), dtype=np.float32)

    def _compute(self, missing: dict[bytes, str], progress: Progress | None) -> None:
        # Texts of like length share a batch, which wastes less padding.
        pairs = sorted(missing.items(), key=lambda pair: len(pair[1]))
        for start in range(0, len(pairs), _BATCH):
            part = pairs[start : start + _BATCH]
            vectors = self._encoder.encode([text for _, text in part])
            self._known.update(zip((key for key, _ in part), vectors, strict=True))
            if progress:
                progress(min(start + _BATCH, len(pairs)), len(pairs))
        if len(missing) >= _WORTH_SAVING:
            self._save()

    def _load(self) -> dict[bytes, Vectors]:
        if not self._path.exists():
            return {}
        try:
            with np.load(self._path) as file:
                keys, vectors = file["keys"], file["vectors"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}  # a damaged file costs a minute, not the start
        return {bytes(key): vector for key, vector in zip(keys, vectors, strict=True)}

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(len(self._known), -1)
        part = self._path.with_suffix(f".{os.getpid()}.npz")
        np.savez(part, keys=keys, vectors=np.stack(list(self._known.values())))
        part.replace(self._path)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
