"""Exporting a network of a few weights, as the real one is exported."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from knowledge_base.encoder import export as exporting
from knowledge_base.encoder.encoder import QUANTISED, QUERY, load_encoder
from knowledge_base.encoder.export import export
from knowledge_base.encoder.int8_encoder import Int8Encoder
from knowledge_base.encoder.torch_encoder import TorchEncoder

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]
SENTENCE = "how do i get a permit where is the school doctor work"
WORDS = ["[PAD]", "[UNK]", *QUERY.split(), *dict.fromkeys(SENTENCE.split())]


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=32
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers directory with two small layers."""
    root = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(root / "base")
    tiny_tokenizer().save_pretrained(root / "base")
    modules = [Transformer(str(root / "base")), Pooling(32, pooling_mode="mean"), Normalize()]
    SentenceTransformer(modules=modules, prompts={"query": QUERY}, device="cpu").save(str(root / "built"))
    return root / "built"


def test_export_gives_a_file_that_answers_as_the_network(model: Path) -> None:
    reference = TorchEncoder(str(model))
    export(model)
    encoder = load_encoder(str(model))
    assert isinstance(encoder, Int8Encoder)
    assert encoder.size == reference.size == 32
    texts = ["how do i get a permit", "school", "where is the doctor where is the work", ""]
    vectors = encoder.encode(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.sum(vectors * reference.encode(texts), axis=1).min() > 0.98
    assert [path.name for path in (model / QUANTISED).parent.iterdir()] == [QUANTISED.name]


def test_interrupted_export_leaves_nothing_behind(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in model.iterdir():
        if path.name != QUANTISED.parts[0]:
            (tmp_path / path.name).symlink_to(path)

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "quantize_dynamic", fail)
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path)
    assert list((tmp_path / QUANTISED).parent.iterdir()) == []
    assert isinstance(load_encoder(str(tmp_path)), TorchEncoder)
