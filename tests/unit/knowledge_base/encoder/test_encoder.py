import os
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from bot.base.paths import ENCODER
from knowledge_base.encoder.encoder import Encoder, fingerprint


def test_model_directory_loads_as_any_sentence_transformer(encoder: Encoder) -> None:
    model = SentenceTransformer(str(ENCODER), device="cpu")
    own = model.encode(["query: merhaba"], normalize_embeddings=True)
    assert own.shape == (1, 384)
    assert np.allclose(own, encoder.encode(["merhaba"]), atol=1e-5)


def test_encode_gives_one_vector_of_length_one_a_text(encoder: Encoder) -> None:
    vectors = encoder.encode(["Hello", "", "سلام " * 600, "👩‍👧", "ﷺ" * 50])
    assert vectors.shape == (5, encoder.size)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_encode_does_not_depend_on_the_batch(encoder: Encoder) -> None:
    alone = encoder.encode(["Where is the hospital?"])[0]
    together = encoder.encode(["Where is the hospital?", "a much longer text " * 20])[0]
    assert np.allclose(alone, together, atol=1e-5)


def test_encode_nothing(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.size)


def test_encoder_in_a_directory_never_asks_the_network(encoder: Encoder) -> None:
    assert encoder.size == 384
    assert os.environ["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize(
    ("name", "content", "counts"),
    [
        ("model.safetensors", b"other", True),
        ("part/config.json", b"{}", True),
        ("README.md", b"words", False),
    ],
)
def test_fingerprint_of_changed_files(tmp_path: Path, name: str, content: bytes, counts: bool) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"first")
    before = fingerprint(str(tmp_path))
    assert before == fingerprint(str(tmp_path))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    assert (fingerprint(str(tmp_path)) != before) is counts


def test_fingerprint_of_hub_names() -> None:
    assert fingerprint("org/model-a") != fingerprint("org/model-b")
    assert len(fingerprint("org/model-a")) == 16
