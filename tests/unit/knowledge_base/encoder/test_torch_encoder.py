"""Any sentence-transformers model, run by torch; the reference for the int8 file."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from bot.base.paths import ENCODER
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.torch_encoder import TorchEncoder

TEXTS = [
    "How do I get a travel permit?",
    "ok",
    "Kimliğimi kaybettim, ne yapmalıyım?",
    "كيف أسجل طفلي في المدرسة؟",
    "کارت شناسایی‌ام را گم کرده‌ام.",
    "خپل ماشوم په ښوونځي کې څنګه شامل کړم؟",
    "Waan xanuunsanahay, dhakhtar ayaan u baahanahay.",
    "Patronê min mûçeyê min nade.",
    "نەخۆشم و پێویستم بە پزیشکە.",
    "Работодатель не платит мне зарплату.",
    "kimlik nasil yenilenir lütfen acil " * 12,
]


@pytest.fixture(scope="module")
def torch_encoder() -> Iterator[TorchEncoder]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        yield TorchEncoder(str(ENCODER))


def test_encode_agrees_with_the_int8_file(torch_encoder: TorchEncoder, encoder: Encoder) -> None:
    cosines = np.sum(torch_encoder.encode(TEXTS) * encoder.encode(TEXTS), axis=1)
    assert dict(zip(TEXTS, cosines > 0.98, strict=True)) == dict.fromkeys(TEXTS, True)
    assert torch_encoder.size == encoder.size
    assert torch_encoder.fingerprint == encoder.fingerprint


def test_encode_gives_one_vector_of_length_one_a_text(torch_encoder: TorchEncoder) -> None:
    vectors = torch_encoder.encode(["Hello", "", "سلام " * 60])
    assert vectors.shape == (3, torch_encoder.size)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_encode_does_not_depend_on_the_batch(torch_encoder: TorchEncoder) -> None:
    alone = torch_encoder.encode(["Where is the hospital?"])[0]
    together = torch_encoder.encode(["Where is the hospital?", "a much longer text " * 9])[0]
    assert np.allclose(alone, together, atol=1e-5)


def test_encode_nothing(torch_encoder: TorchEncoder) -> None:
    assert torch_encoder.encode([]).shape == (0, torch_encoder.size)


def test_encode_puts_the_prompt_of_the_model_before_a_text(torch_encoder: TorchEncoder) -> None:
    written = torch_encoder._model.encode(["query: merhaba"], prompt="", show_progress_bar=False)
    assert np.allclose(written, torch_encoder.encode(["merhaba"]), atol=1e-5)


def test_model_in_a_directory_never_asks_the_network(torch_encoder: TorchEncoder) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
