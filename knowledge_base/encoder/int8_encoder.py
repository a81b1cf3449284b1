"""The exported int8 model, run by onnxruntime."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from knowledge_base.encoder.encoder import QUANTISED, QUERY, Vectors, fingerprint, threads

_LONGEST = 512  # tokens the network has positions for


class Int8Encoder:
    """An `Encoder` over one int8 ONNX file (see export.py)."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(model / QUANTISED), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        self.fingerprint = fingerprint(str(model))

    @property
    def size(self) -> int:
        return int(self._session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.size), dtype=np.float32)
        if len(texts) == 1:
            return self._encode_one(texts[0])[None, :]
        # Int8 scales are taken from all the texts of a batch, so a text's vector would depend on its
        # neighbours: each text goes alone, several at a time.
        with ThreadPoolExecutor(threads(), thread_name_prefix="encoder") as pool:
            return np.stack(list(pool.map(self._encode_one, texts)))

    def _encode_one(self, text: str) -> Vectors:
        tokens = np.array([self._tokenizer.encode(QUERY + text).ids], dtype=np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        return np.asarray(self._session.run(None, inputs)[0][0], dtype=np.float32)
