"""Export a sentence-transformers directory to one int8 ONNX file, which onnxruntime answers from.

    python -m knowledge_base.encoder.export MODEL

Writes MODEL/onnx/model_int8.onnx: pooling and normalisation are inside, so the file turns token numbers
into vectors. Only here torch is loaded; the service itself never does with such a file.
"""

import logging
import sys
import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

from knowledge_base.encoder.encoder import QUANTISED

_OPSET = 17


class _Pooled(torch.nn.Module):
    """The network with mean pooling over the tokens and vectors of length 1."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.network = AutoModel.from_pretrained(model, attn_implementation="eager").eval()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1)


def export(model: Path) -> None:
    """Write the int8 file of `model`; an interrupted run leaves nothing that would be taken for it."""
    out = model / QUANTISED
    out.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        full, small = Path(work) / "full.onnx", Path(work) / "int8.onnx"
        _trace(_Pooled(str(model)), full)
        # Without reduce_range, processors that lack VNNI clip sums, and their vectors differ from others'.
        quantize_dynamic(full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        small.replace(out)


def _trace(network: torch.nn.Module, out: Path) -> None:
    tokens = torch.ones(2, 8, dtype=torch.long)
    axes = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        network,
        (tokens, tokens),
        str(out),
        input_names=["input_ids", "attention_mask"],
        output_names=["vectors"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
        opset_version=_OPSET,
        dynamo=False,  # the other exporter needs one more library and writes larger files
    )


if __name__ == "__main__":
    # Both libraries give advice for other networks.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    export(Path(sys.argv[1]))
