import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.app.running import (
    InUse,
    Running,
    free_port,
    is_alive,
    is_free,
    read_running,
    remove_running,
    take,
    write_running,
)

HOLD = "import sys, time; from pathlib import Path; from bot.app.running import take; "
HOLD += "lock = take(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"


def note(url: str = "http://127.0.0.1:9", pid: int | None = None) -> Running:
    return Running(pid=pid or os.getpid(), public_url=None, internal_url=url, secret="s")


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of tmp_path."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_take_directory_that_another_process_holds(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(InUse, match=r"is in use by another merhaba\. .* --data DIR"):
        take(tmp_path)
    write_running(tmp_path, note(pid=holder.pid))
    with pytest.raises(InUse, match=rf"{tmp_path} is in use by another merhaba \(process {holder.pid}\)"):
        take(tmp_path)


def test_take_directory_after_its_holder_was_killed(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    take(tmp_path).release()


def test_take_twice_and_again_after_release(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    lock = take(data)
    with pytest.raises(InUse):
        take(data)
    lock.release()
    take(data).release()


def test_note_is_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "running.json"
    path.write_text("{}", encoding="utf-8")
    write_running(tmp_path, note())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_running(tmp_path) == note()
    remove_running(tmp_path)
    remove_running(tmp_path)
    assert read_running(tmp_path) is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"pid": 1}', b"\xff"])
def test_note_that_cannot_be_read(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "running.json").write_bytes(text)
    assert read_running(tmp_path) is None


@pytest.fixture
def server() -> Iterator[tuple[str, list[bytes]]]:
    """A server whose answer a test can choose."""
    answer = [b"{}"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["Authorization"] == "s" else 401)
            self.end_headers()
            self.wfile.write(answer[0])

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", answer
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "alive"),
    [
        ({"record": True, "rasa": True}, True),
        ({"record": True, "rasa": False}, False),
    ],
)
def test_is_alive_by_what_the_stack_answers(
    server: tuple[str, list[bytes]], answer: dict[str, bool], alive: bool
) -> None:
    url, answers = server
    answers[0] = json.dumps(answer).encode()
    assert is_alive(note(url)) is alive
    assert not is_alive(note(url).model_copy(update={"secret": "other"}))


@pytest.mark.parametrize("answer", [b"<html>", b"[1]", b'"ready"', b"\xff"])
def test_is_alive_when_another_program_has_the_port(server: tuple[str, list[bytes]], answer: bytes) -> None:
    # After a crash the note stays, and its port can belong to any program.
    url, answers = server
    answers[0] = answer
    assert not is_alive(note(url))


def test_is_alive_without_server_or_process() -> None:
    assert not is_alive(note(f"http://127.0.0.1:{free_port()}"))
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert not is_alive(note(pid=process.pid))


def test_is_free_of_a_port_in_use() -> None:
    port = free_port()
    assert is_free("127.0.0.1", port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not is_free("127.0.0.1", port)
