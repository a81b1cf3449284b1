"""Turning texts into vectors with a sentence-transformers model."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_SAMPLE = 1 << 20  # bytes of each file that enter the fingerprint


class Encoder:
    """A loaded model. Vectors have length 1. Not safe for use from several threads at once."""

    def __init__(self, model: str) -> None:
        if Path(model).exists():
            os.environ["HF_HUB_OFFLINE"] = "1"
        import torch  # slow to import, so only where a model is really used
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._set_threads = torch.set_num_threads
        self._model = SentenceTransformer(model, device="cpu")
        self.fingerprint = fingerprint(model)

    @property
    def size(self) -> int:
        """Numbers in one vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, shape (len(texts), size). Both sides of a comparison use the query prefix,
        because questions are compared with questions (top-1 81 against 72 % with the passage prefix)."""
        if not texts:
            return np.zeros((0, self.size), dtype=np.float32)
        # On two busy cores one short text took 23 ms with one thread and up to 290 ms with two, which wait
        # for each other; batches gain from several.
        self._set_threads(1 if len(texts) == 1 else os.cpu_count() or 1)
        prompt = "query: " if "query" in self._model.prompts else ""
        vectors = self._model.encode(
            list(texts), prompt=prompt, batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def fingerprint(model: str) -> str:
    """16 characters that change when the model's files (or its hub name) change."""
    digest = hashlib.sha256(b"encoder 1")
    root = Path(model)
    if not root.exists():
        digest.update(model.encode())
        return digest.hexdigest()[:16]
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in {".json", ".safetensors", ".bin", ".onnx"}:
            digest.update(f"{path.relative_to(root)} {path.stat().st_size}".encode())
            with path.open("rb") as file:
                digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:16]
