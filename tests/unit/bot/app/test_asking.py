import json
from pathlib import Path

import pytest

from bot.app.asking import BadQuestionFile, as_json, read_questions
from bot.app.spoken import Spoken, SpokenButton
from bot.base.reply import Alternative


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions.tsv"


def test_read_questions_in_their_order(path: Path) -> None:
    path.write_text('id\ttext\n1\t"half a quote\n2\tسلام\n3\t\n4\n', encoding="utf-8")
    assert read_questions(path) == ['"half a quote', "سلام", "", ""]


def test_read_questions_of_a_windows_program(path: Path) -> None:
    # Such programs put a mark before the first column's name.
    path.write_bytes("\ufefftext\tid\r\nHello\t1\r\n".encode())
    assert read_questions(path) == ["Hello"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "expected a header and at least one question, got none"),
        (b"text\n", "expected a header and at least one question, got none"),
        (b"question\tid\nHow?\t1\n", "expected a column named text, got question, id"),
        # A row longer than the header once ended in a TypeError.
        (b"question\nHow?\t1\n", "expected a column named text, got question"),
        (b"text\n\xff\xfe\n", "cannot be read"),
        (b"text\n" + b"x" * 200_000 + b"\n", "cannot be read"),
    ],
)
def test_read_questions_of_a_bad_file(path: Path, data: bytes, expected: str) -> None:
    path.write_bytes(data)
    with pytest.raises(BadQuestionFile, match=expected) as caught:
        read_questions(path)
    assert str(path) in str(caught.value)


def test_read_questions_without_a_file(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.tsv", tmp_path):
        with pytest.raises(BadQuestionFile, match="cannot be read"):
            read_questions(path)


def test_as_json_is_one_line_without_buttons() -> None:
    near = Alternative(entry="a.b", facts=("R01",), confidence=0.5)
    spoken = Spoken(
        text="سلام",
        language="fa",
        decision="clarify",
        entry=None,
        facts=(),
        confidence=0.5,
        reply="a\nb",
        reply_language="fa",
        alternatives=(near,),
        buttons=[SpokenButton(id="1", title="x")],
    )
    line = as_json(spoken)
    assert "\n" not in line
    assert "سلام" in line
    data = json.loads(line)
    assert data["alternatives"] == [{"entry": "a.b", "facts": ["R01"], "confidence": 0.5}]
    assert sorted(data) == sorted(set(Spoken.model_fields) - {"buttons"})
