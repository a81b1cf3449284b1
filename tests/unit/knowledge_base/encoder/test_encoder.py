"""Which encoder a model gets, and the fingerprint by which stored vectors know it."""

import shutil
from pathlib import Path

import pytest

from bot.base.paths import ENCODER
from knowledge_base.encoder.encoder import QUANTISED, Encoder, fingerprint, threads
from knowledge_base.encoder.int8_encoder import Int8Encoder


def test_load_encoder_of_a_directory_with_an_int8_file(encoder: Encoder) -> None:
    assert isinstance(encoder, Int8Encoder)
    assert encoder.size == 384
    assert encoder.fingerprint == fingerprint(str(ENCODER))


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


def test_fingerprint_of_an_int8_model_counts_what_it_reads_only(tmp_path: Path) -> None:
    for name, data in ((QUANTISED, b"int8"), (Path("tokenizer.json"), b"{}"), (Path("a.safetensors"), b"1")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    before = fingerprint(str(tmp_path))
    (tmp_path / "a.safetensors").write_bytes(b"22")
    assert fingerprint(str(tmp_path)) == before
    (tmp_path / QUANTISED).write_bytes(b"int4")
    assert fingerprint(str(tmp_path)) != before


def test_fingerprint_does_not_depend_on_the_place(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "config.json").write_bytes(b"{}")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert fingerprint(str(tmp_path / "one")) == fingerprint(str(tmp_path / "two"))


def test_fingerprint_of_hub_names() -> None:
    assert fingerprint("org/model-a") != fingerprint("org/model-b")
    assert len(fingerprint("org/model-a")) == 16


def test_threads_is_at_least_one() -> None:
    assert threads() >= 1
