import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.logs import KEPT, last_line, rotate_if_long

WRITER = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log that is long from ten bytes on."""
    monkeypatch.setattr("bot.app.logs.LIMIT", 10)
    return tmp_path / "part.log"


def names(log: Path) -> list[str]:
    return sorted(path.name for path in log.parent.iterdir())


def test_short_log_stays(log: Path) -> None:
    log.write_text("nine long", encoding="utf-8")
    rotate_if_long(log)
    assert names(log) == ["part.log"]
    assert log.read_text(encoding="utf-8") == "nine long"


def test_long_log_begins_anew_and_the_newest_are_kept(log: Path) -> None:
    for number in range(6):
        log.write_text(f"content number {number}", encoding="utf-8")
        rotate_if_long(log)
    assert log.read_bytes() == b""
    assert names(log) == ["part.log", *(f"part.log.{number}" for number in range(1, KEPT + 1))]
    kept = [log.with_name(f"part.log.{number}").read_text(encoding="utf-8") for number in (1, 2, 3)]
    assert kept == ["content number 5", "content number 4", "content number 3"]


def test_program_that_writes_goes_on_at_the_beginning(log: Path) -> None:
    with (
        log.open("ab") as output,
        subprocess.Popen(
            [sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=output, text=True
        ) as program,
    ):
        assert program.stdin is not None
        program.stdin.write("a line of the first file\n")
        program.stdin.flush()
        while not log.stat().st_size:
            assert program.poll() is None
        rotate_if_long(log)
        program.stdin.write("another\n")
        program.stdin.close()
        program.wait()
    assert log.read_bytes() == b"another\n"
    assert log.with_name("part.log.1").read_bytes() == b"a line of the first file\n"


def test_log_that_cannot_be_copied_is_emptied(log: Path) -> None:
    for number in (1, 2):
        (log.with_name(f"part.log.{number}") / "folder").mkdir(parents=True)
    log.write_text("content that is long", encoding="utf-8")
    rotate_if_long(log)
    assert log.read_bytes() == b""


def test_log_that_is_not_there(log: Path) -> None:
    rotate_if_long(log)
    assert names(log) == []
    assert last_line(log) == ""


def test_last_line_of_a_long_log(log: Path) -> None:
    log.write_bytes(b"x" * 1000 + b"\nfirst\n\xff second \n\n")
    assert last_line(log).endswith("second")
    log.write_bytes(b"y" * 1000)
    assert last_line(log) == "y" * 100
    os.truncate(log, 0)
    assert last_line(log) == ""
