import struct

import numpy as np
import pytest

from knowledge_base.encoder.packed_weights import Header, read_directory, read_header, read_tensor

SIZES = (32, 2, 4, 64, 100, 50, 2, 1e-12, 32)


def pack_block(weights: np.ndarray) -> bytes:
    """32 weights as one float16 scale and 16 bytes, low halves first."""
    scale = np.float16(np.abs(weights).max() / 7)
    levels = (np.round(weights / np.float32(scale)) + 8).astype(np.uint8)
    return scale.tobytes() + (levels[:16] | levels[16:] << 4).tobytes()


def packed_file(tensors: dict[str, tuple[int, int, bytes]], pieces: int = 3) -> bytes:
    """A file with tensors as name: (kind, number of weights, bytes)."""
    words = struct.pack("<5iQ", pieces, 0, 1, 2, 3, 5) + bytes((pieces + 1) * 4 + pieces * 4) + b"words"
    head = b"E5S1" + bytes(4) + struct.pack("<7ifi", *SIZES) + words + struct.pack("<iI", 0, 6) + b"normal"
    directory_size = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    directory, body, start = struct.pack("<i", len(tensors)), b"", len(head) + directory_size
    for name, (kind, count, data) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, start + len(body), len(data))
        body += data
    return head + directory + body


def test_read_header_of_a_packed_file() -> None:
    header = read_header(packed_file({}))
    assert header == Header(32, 2, 4, 64, 100, 50, 2, pytest.approx(1e-12), 32)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a wheel", b"E5S"])
def test_read_header_of_another_file(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"expected the mark b'E5S1', got"):
        read_header(data)


def test_read_tensor_round_trip_of_two_blocks() -> None:
    # Each value is a level of its block, so packing loses nothing.
    levels = np.random.default_rng(0).integers(-7, 8, (2, 32)).astype(np.float32)
    levels[:, 0] = 7
    blocks = levels * np.array([[0.5], [0.125]], np.float32)
    data = packed_file({"l0.q.w": (1, 64, pack_block(blocks[0]) + pack_block(blocks[1]))})
    read = read_tensor(data, read_directory(data)["l0.q.w"], 16)
    assert read.shape == (4, 16)
    assert np.array_equal(read.ravel(), blocks.ravel())


def test_read_tensor_loses_at_most_half_a_level() -> None:
    weights = np.random.default_rng(1).normal(size=32).astype(np.float32)
    data = packed_file({"w": (1, 32, pack_block(weights))})
    read = read_tensor(data, read_directory(data)["w"], 32)[0]
    assert np.abs(read - weights).max() <= np.abs(weights).max() / 7 * 0.51


def test_read_directory_of_mixed_tensors() -> None:
    plain = np.arange(4, dtype="<f4")
    block = pack_block(np.full(32, 7, np.float32))
    data = packed_file({"a": (0, 4, plain.tobytes()), "b": (1, 32, block), "c": (0, 4, plain.tobytes())})
    directory = read_directory(data)
    assert list(directory) == ["a", "b", "c"]
    assert read_tensor(data, directory["a"], 2).tolist() == [[0, 1], [2, 3]]
    assert read_tensor(data, directory["b"], 32).tolist() == [[7.0] * 32]
    assert read_tensor(data, directory["c"], 4).tolist() == [[0, 1, 2, 3]]
