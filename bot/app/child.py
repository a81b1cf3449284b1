"""A child process that never outlives its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.app.logs import rotate_if_long

_PR_SET_PDEATHSIG = 1
_NEEDED = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
_HEALTHY = 60.0  # seconds a child must run until its earlier deaths are forgotten
_LONGEST_PAUSE = 10.0  # seconds between restarts of a child that keeps dying


@dataclass
class Child:
    """One program the supervisor keeps running. Its output goes to `log`; it knows `environment` only."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    _restart_at: float = field(default=0.0)
    _started: float = field(default=0.0)

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self._started = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        rotate_if_long(self.log)
        with self.log.open("ab") as log:  # appending, which rotating relies on
            self.process = subprocess.Popen(  # noqa: S603  (fixed commands of ours)
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def restart_if_due(self) -> bool:
        """Start a dead program again, with growing pauses while it keeps dying. True when it was started."""
        if self.is_running:
            if time.monotonic() - self._started > _HEALTHY:
                self.restarts = 0
            return False
        if not self._restart_at:
            pause = min(0.25 * 2**self.restarts, _LONGEST_PAUSE)
            self._restart_at = time.monotonic() + pause
        if time.monotonic() < self._restart_at:
            return False
        self._restart_at = 0.0
        self.restarts += 1
        self.start()
        return True

    def stop(self, seconds: float) -> None:
        """Ask the program to end, and end it when it has not within `seconds`."""
        if self.process is None or not self.is_running:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the program at once, also one that hangs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def bare_environment() -> dict[str, str]:
    """What any program needs to know of this one's environment: no setting of ours, and no token."""
    return {name: os.environ[name] for name in _NEEDED if name in os.environ}


def die_with(parent: int):  # type: ignore[no-untyped-def]
    """A function for the new process: the kernel ends it when the supervisor dies, even by SIGKILL."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here, because another thread may hold the loader's lock

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the supervisor died before the line above
            os._exit(1)

    return prepare
