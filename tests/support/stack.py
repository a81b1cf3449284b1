"""Starting the real thing as a user does, and reading what it leaves on disk."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bot.app.streams import Streams
from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.base.paths import PROJECT
from bot.base.secrets_file import KEYS, open_secrets

MERHABA = PROJECT / ".venv" / "bin" / "merhaba"
# All tests together write from one address, more than a camp does.
CROWD = {"MERHABA_POSTS_PER_MINUTE_AND_ADDRESS": "100000"}
START_WITHIN = 900.0  # seconds; the first start on a machine computes all vectors
STOP_WITHIN = 10.0  # seconds; what the product promises


def poll(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true value of `condition`; fails when there is none within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def environment() -> dict[str, str]:
    """The environment of a user without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MERHABA_")}


@dataclass
class Stack:
    """One running stack. `typed` collects what tests send, to look for it in the logs."""

    data: Path
    process: subprocess.Popen[bytes]
    typed: set[str] = field(default_factory=set)

    @property
    def note(self) -> dict[str, Any]:
        return dict(json.loads((self.data / "running.json").read_text(encoding="utf-8")))

    @property
    def public_url(self) -> str:
        return str(self.note["public_url"])

    @property
    def internal_url(self) -> str:
        return str(self.note["internal_url"])

    @property
    def secret(self) -> str:
        return str(self.note["secret"])

    @property
    def streams(self) -> Streams:
        """Address and password of the embedded Valkey."""
        config = (self.data / "streams" / "valkey.conf").read_text(encoding="utf-8")
        port, password = re.findall(r"^(?:port|requirepass) (.+)$", config, re.MULTILINE)
        return Streams("127.0.0.1", int(port), password)

    @property
    def output(self) -> str:
        return (self.data / "output.txt").read_text(encoding="utf-8")

    def children(self) -> dict[str, psutil.Process]:
        """The parts that run now, by name."""
        marks = {
            "valkey": "valkey-server",
            "service": "bot.app.serve",
            "rasa": "bot.rasa.start",
            "gateway": "bot.app.gateway",
        }
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                line = " ".join(child.cmdline())
                found.update({name: child for name, mark in marks.items() if mark in line})
        return found

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the record, read beside the running service."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/record.sqlite?mode=ro", uri=True)) as file:
            return file.execute(query, values).fetchall()

    @property
    def identity(self) -> Identity:
        """What makes conversation ids on this data directory."""
        return Identity(open_secrets(self.data).identity)

    def opened(self, conversation_id: str, content: str) -> dict[str, Any]:
        """Content of a message, which the record holds sealed."""
        sealer = ConversationKeys(self.data / KEYS, open_secrets(self.data).wrapping).find(conversation_id)
        assert sealer is not None, "the conversation has no key"
        return dict(json.loads(sealer.open(content)))

    def logs(self) -> str:
        """Everything that any part has logged."""
        files = [*(self.data / "logs").rglob("*"), self.data / "output.txt"]
        return "\n".join(file.read_text("utf-8", "replace") for file in files if file.is_file())


def start_stack(data: Path) -> Stack:
    """`merhaba run` on a free port, in a process group of its own; returns when it says Ready."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "output.txt").open("wb") as output:
        command = [str(MERHABA), "run", "--port", "0", "--data", str(data)]
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**environment(), **CROWD},
            start_new_session=True,
        )
    stack = Stack(data, process)
    poll(lambda: "Ready" in stack.output or process.poll() is not None, START_WITHIN, "Ready")
    assert process.poll() is None, stack.output
    return stack


def stop_stack(stack: Stack, number: int = signal.SIGTERM) -> None:
    """Ask the stack to stop; it must end, with all its parts, within the promised time."""
    parts = list(stack.children().values())
    os.killpg(stack.process.pid, number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        stack.process.wait(STOP_WITHIN)
    stuck = stack.process.poll() is None
    stack.process.kill()
    assert not stuck, f"not stopped within {STOP_WITHIN:.0f} s: {stack.output}"
    assert end_all(parts) == []
    assert stack.process.returncode == 0, stack.output
    assert not (stack.data / "running.json").exists()


def end_all(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that were still running; none is after this."""
    left = [process for process in processes if process.is_running()]
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return left
