"""Any sentence-transformers model, run by torch."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.encoder.encoder import QUERY, Vectors, fingerprint, threads


class TorchEncoder:
    """An `Encoder` over sentence-transformers; takes seconds and about 900 MB to load."""

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
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.size), dtype=np.float32)
        # On two busy cores one short text took 23 ms with one thread and up to 290 ms with two, which wait
        # for each other; batches gain from several.
        self._set_threads(1 if len(texts) == 1 else threads())
        prompt = QUERY if "query" in self._model.prompts else ""
        vectors = self._model.encode(
            list(texts), prompt=prompt, batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)
