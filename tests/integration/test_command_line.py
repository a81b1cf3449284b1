"""The command line as a user types it, beside the running stack."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.app.cli import main
from bot.base.texts import Texts
from tests.support.person import Person
from tests.support.stack import MERHABA, Stack, environment

TEXTS = Texts()
KEYS = [
    "text",
    "language",
    "decision",
    "entry",
    "facts",
    "confidence",
    "reply",
    "reply_language",
    "alternatives",
]
Done = subprocess.CompletedProcess[str]


Run = Callable[..., Done]


def merhaba(*words: object, typed: str = "") -> Done:
    """Run one command to its end, as a user does."""
    command = [str(MERHABA), *map(str, words)]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, timeout=120, env=environment(), check=False
    )


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The same in this process, which spares three seconds of imports."""

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["merhaba", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return Done(words, code if isinstance(code, int) else 0, *capsys.readouterr())

    return run


def _one_clear_line(done: Done) -> str:
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("merhaba: ")
    return done.stderr


def test_question_as_json_has_exactly_the_agreed_keys(stack: Stack) -> None:
    done = merhaba("ask", "--json", "How do I get a travel permit?", "--data", stack.data)
    assert (done.returncode, done.stderr) == (0, "")
    reply = json.loads(done.stdout)
    assert list(reply) == KEYS
    assert (reply["decision"], reply["entry"], reply["facts"]) == (
        "answer",
        "registration.travel_permit",
        ["R07"],
    )
    assert 0 < reply["confidence"] <= 1
    assert set(reply["alternatives"][0]) == {"entry", "facts", "confidence"}


def test_question_in_a_chosen_language_is_answered_in_it(stack: Stack) -> None:
    done = merhaba("ask", "thank you very much", "--lang", "tr", "--data", stack.data)
    assert done.stdout.strip() == TEXTS.get("tr", "utter_thanks")


def test_question_that_asks_for_a_person_leaves_no_ticket(stack: Stack) -> None:
    done = merhaba("ask", "I want to talk to a person", "--data", stack.data)
    assert done.stdout.strip() == TEXTS.get("en", "utter_ticket_stored")
    assert stack.rows("select * from conversation where is_test") == []
    assert stack.rows("select * from ticket where conversation_id like 'test%'") == []


def test_file_of_questions_keeps_order_and_number(stack: Stack, tmp_path: Path) -> None:
    texts = ["hello", "", 'a "quoted" word', "thank you very much", "hello", "merhaba iyi günler"]
    questions, out = tmp_path / "questions.tsv", tmp_path / "replies.jsonl"
    lines = [f"{number}\t{text}" for number, text in enumerate(texts)]
    questions.write_text("\n".join(["id\ttext", *lines]), encoding="utf-8")
    done = merhaba("ask", "--file", questions, "--out", out, "--data", stack.data)
    assert done.returncode == 0, done.stderr
    replies = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [reply["text"] for reply in replies] == texts
    assert all(list(reply) == KEYS for reply in replies)
    assert [replies[0]["decision"], replies[-1]["language"]] == ["smalltalk", "tr"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read"),
        (b"", "at least one question"),
        (b"text\n", "at least one question"),
        (b"id\tquestion\n1\thello\n", "column named text"),
        (b"text\n\xff\xfe\n", "cannot be read"),
    ],
)
def test_wrong_file_of_questions_is_one_clear_line(
    stack: Stack, tmp_path: Path, inside: Run, content: bytes | None, expected: str
) -> None:
    questions = tmp_path / "questions.tsv"
    if content is not None:
        questions.write_bytes(content)
    done = inside("ask", "--file", questions, "--out", tmp_path / "out", "--data", stack.data)
    assert expected in _one_clear_line(done)
    assert str(questions) in done.stderr


def test_output_that_cannot_be_written_is_one_clear_line(stack: Stack, tmp_path: Path, inside: Run) -> None:
    questions = tmp_path / "questions.tsv"
    questions.write_text("text\nhello\n", encoding="utf-8")
    done = inside("ask", "--file", questions, "--out", tmp_path / "none" / "out", "--data", stack.data)
    assert "No such file or directory" in _one_clear_line(done)


def test_data_directory_that_is_a_file_is_one_clear_line(tmp_path: Path, inside: Run) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    assert "File exists" in _one_clear_line(inside("tickets", "--data", tmp_path / "data"))


@pytest.mark.parametrize(
    "words",
    [["ask"], ["ask", "hi", "--file", "x"], ["ask", "hi", "--lang", "xx"], ["run", "--port", "-1"], ["x"]],
)
def test_wrong_use_is_explained(words: list[str], inside: Run) -> None:
    done = inside(*words)
    assert done.returncode == 2
    assert "Error" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    ["", "run", "chat", "ask", "train", "tickets", "kb", "kb check", "quarantine", "keys", "deliveries"],
)
def test_help_is_given_everywhere(command: str, inside: Run) -> None:
    done = inside(*command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: " in done.stdout
    assert f"merhaba {command}".strip() in done.stdout


def test_check_of_the_knowledge_base_finds_no_problem(inside: Run) -> None:
    done = inside("kb", "check")
    assert done.returncode == 0, done.stdout
    assert done.stdout.strip().endswith(" 0 problems")


def test_tickets_on_an_empty_directory_are_none(tmp_path: Path, inside: Run) -> None:
    done = inside("tickets", "--data", tmp_path / "new")
    assert (done.returncode, done.stdout) == (0, "No open tickets.\n")


def test_ticket_of_a_web_conversation_is_listed(person: Person, stack: Stack, inside: Run) -> None:
    person.say("بدي احكي مع شخص")
    listed = inside("tickets", "--data", stack.data).stdout.splitlines()
    found = [line.split("\t") for line in listed if person.id in line]
    assert [fields[2:] for fields in found] == [["ar", "request", person.id, "any time"]]


def test_chat_with_piped_input_answers_and_presses_buttons(stack: Stack) -> None:
    done = merhaba("chat", "--data", stack.data, typed="hello\n4\nقرار ترحيل\n\n")
    assert done.returncode == 0, done.stderr
    assert TEXTS.get("en", "utter_greet") in done.stdout
    assert "  4  Talk to a person" in done.stdout
    assert TEXTS.get("en", "utter_ticket_stored") in done.stdout
    assert stack.rows("select * from conversation where id like 'terminal%'") == []


def test_chat_confirms_a_deletion(stack: Stack) -> None:
    # The confirmation answers no message that is still there, and was waited for in vain.
    done = merhaba("chat", "--data", stack.data, typed="delete my data\n1\n\n")
    assert done.returncode == 0, done.stderr
    assert TEXTS.get("en", "utter_deleted") in done.stdout


def test_quarantine_is_empty(stack: Stack) -> None:
    done = merhaba("quarantine", "list", "--data", stack.data)
    assert (done.returncode, done.stdout) == (0, "Nothing is in quarantine.\n")


@pytest.mark.parametrize("entry", ["1-1", "x", "../1"])
def test_entry_that_is_not_in_quarantine_is_refused(stack: Stack, entry: str) -> None:
    done = merhaba("quarantine", "replay", entry, "--data", stack.data)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "expected an entry of" in done.stderr


def test_quarantine_without_a_running_service_says_so(tmp_path: Path, inside: Run) -> None:
    done = inside("quarantine", "list", "--data", tmp_path)
    assert done.returncode == 2
    assert "expected a running service" in done.stderr


def test_deliveries_are_listed(stack: Stack, person: Person, inside: Run) -> None:
    listing = ("deliveries", "--data", stack.data)
    assert inside(*listing).stdout == "No delivery has failed.\n"
    person.say("hello")
    rows = [(5, "failed", 131026, "2026-01-01 10:00"), (6, "sent", None, "2026-01-01 11:00")]
    with closing(sqlite3.connect(stack.data / "record.sqlite")) as record, record:
        record.executemany(
            "insert into delivery (conversation_id, message_id, part, state, error, changed_at)"
            " values (?, ?, 0, ?, ?, ?)",
            [(person.id, *row) for row in rows],
        )
    failed = f"{person.id}\t5\tfailed\t131026\t2026-01-01T10:00:00Z\n"
    sent = f"{person.id}\t6\tsent\t-\t2026-01-01T11:00:00Z\n"
    try:
        assert inside(*listing).stdout == failed
        assert inside(*listing, "--all").stdout == sent + failed
        assert inside(*listing, "--all", "--limit", "1").stdout == sent
    finally:
        with closing(sqlite3.connect(stack.data / "record.sqlite")) as record, record:
            record.execute("delete from delivery")


def test_second_run_on_the_same_directory_is_refused(stack: Stack) -> None:
    done = merhaba("run", "--port", "0", "--data", stack.data)
    line = _one_clear_line(done)
    assert "in use" in line
    assert str(stack.process.pid) in line


def test_run_on_a_port_in_use_is_refused(stack: Stack, tmp_path: Path) -> None:
    port = stack.public_url.rsplit(":", 1)[1]
    done = merhaba("run", "--port", port, "--data", tmp_path / "other")
    assert f"port {port}" in _one_clear_line(done)
