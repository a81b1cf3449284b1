"""Reading files of questions."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.question_file import (
    EXPECTED,
    BadQuestionFile,
    Question,
    base_language,
    read_questions,
    read_rows,
)

HEADER = "lang\ttext\texpect\tfacts\n"
PROPERTY = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=40)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions.tsv"


def texts(path: Path) -> list[str | None]:
    return [row["text"] for row in read_rows(path)]


def test_read_rows_in_their_order(path: Path) -> None:
    path.write_text('id\ttext\n1\t"half a quote\n2\tسلام\n3\t\n4\n', encoding="utf-8")
    assert texts(path) == ['"half a quote', "سلام", "", None]


def test_read_rows_of_a_windows_program(path: Path) -> None:
    # Such programs put a mark before the first column's name.
    path.write_bytes("\ufefftext\tid\r\nHello\t1\r\n".encode())
    assert texts(path) == ["Hello"]


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
def test_read_rows_of_a_bad_file(path: Path, data: bytes, expected: str) -> None:
    path.write_bytes(data)
    for read in (read_rows, read_questions):
        with pytest.raises(BadQuestionFile, match=expected) as caught:
            read(path)
        assert str(path) in str(caught.value)


def test_read_rows_without_a_file(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.tsv", tmp_path):
        with pytest.raises(BadQuestionFile, match="cannot be read"):
            read_rows(path)


def test_read_questions_with_what_would_be_right(path: Path) -> None:
    path.write_text(
        "expect\tid\tlang\tfacts\ttext\n"
        "answer\t1\tar\tR01|R02\tكيف؟\n"
        "decline\t2\tfa-AF\t\tچطور؟\n"
        "emergency\t3\tku\tX01|\t\n",
        encoding="utf-8",
    )
    assert read_questions(path) == [
        Question("ar", "كيف؟", "answer", ("R01", "R02")),
        Question("fa", "چطور؟", "decline", ()),
        Question("kmr", "", "emergency", ("X01",)),
    ]


def test_read_questions_of_a_row_that_ends_early(path: Path) -> None:
    path.write_text("expect\tlang\ttext\tfacts\nanswer\n", encoding="utf-8")
    assert read_questions(path) == [Question("", "", "answer", ())]


@pytest.mark.parametrize("expect", EXPECTED)
def test_read_questions_of_every_expectation(path: Path, expect: str) -> None:
    path.write_text(f"{HEADER}en\tHow?\t{expect}\tR01\n", encoding="utf-8")
    assert read_questions(path)[0].expect == expect


@pytest.mark.parametrize("expect", ["", "Answer", "answers", "answer "])
def test_read_questions_of_an_unknown_expectation(path: Path, expect: str) -> None:
    path.write_text(f"{HEADER}en\ta\tanswer\t\nen\tb\t{expect}\tR01\n", encoding="utf-8")
    wanted = f"line 3: expected one of answer, clarify, emergency, decline, smalltalk, refuse; got '{expect}'"
    with pytest.raises(BadQuestionFile, match=wanted):
        read_questions(path)


def test_read_questions_without_the_columns(path: Path) -> None:
    path.write_text("text\texpect\nHow?\tanswer\n", encoding="utf-8")
    wanted = "expected the columns lang, text, expect, facts; missing \\['lang', 'facts'\\]"
    with pytest.raises(BadQuestionFile, match=wanted):
        read_questions(path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("fa-AF", "fa"), ("prs", "fa"), ("ku", "kmr"), ("ckb", "ckb"), ("", ""), ("xx", "xx")],
)
def test_base_language(name: str, expected: str) -> None:
    assert base_language(name) == expected


@PROPERTY
@given(
    st.lists(
        st.tuples(CELL, st.sampled_from(EXPECTED), st.lists(st.sampled_from(["R01", "X02"]))), min_size=1
    )
)
def test_read_questions_gives_back_what_was_written(
    path: Path, rows: list[tuple[str, str, list[str]]]
) -> None:
    lines = [f"so\t{text}\t{expect}\t{'|'.join(facts)}\n" for text, expect, facts in rows]
    path.write_text(HEADER + "".join(lines), encoding="utf-8", newline="")
    assert read_questions(path) == [
        Question("so", text, expect, tuple(facts)) for text, expect, facts in rows
    ]


@PROPERTY
@given(st.binary(max_size=300))
def test_read_questions_of_any_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(HEADER.encode() + data)
    try:
        questions, problem = read_questions(path), str(path)
    except BadQuestionFile as error:
        questions, problem = [], str(error)
    assert problem.startswith(str(path))
    assert all(question.expect in EXPECTED for question in questions)
