"""Noticing a part that runs but answers nothing any more."""

import subprocess
import time
from dataclasses import dataclass
from threading import Thread

import httpx

from bot.app.child import Child


@dataclass(frozen=True)
class _Seen:
    """What is known of one process; replaced as a whole, because another thread reads it."""

    process: subprocess.Popen[bytes] | None = None
    has_answered: bool = False
    failures: int = 0  # questions without an answer, one after the other


class Probe:
    """Asks a child of the supervisor again and again, in a thread of its own.

    Counts questions and not seconds: when the supervisor itself was stopped for a while, nobody is blamed."""

    def __init__(
        self, child: Child, url: str, *, every: float = 5.0, silent: float = 30.0, starting: float = 180.0
    ) -> None:
        """`every`: seconds between questions, and for one at most. `silent`: seconds without any answer after
        which the child hangs; `starting`: the same before its first answer."""
        self._child = child
        self._url = url
        self._every = every
        self._silent = silent
        self._starting = starting
        self._seen = _Seen()
        # A connection for each question: one that is kept would belong to an earlier process.
        self._http = httpx.Client(
            timeout=every, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def start(self) -> None:
        """Begin to ask, until this process ends."""
        Thread(target=self._ask_forever, daemon=True).start()

    @property
    def hangs(self) -> bool:
        """Whether the child runs and has not answered for too long."""
        seen = self._seen
        patience = self._silent if seen.has_answered else self._starting
        is_silent = seen.failures * self._every >= patience
        return is_silent and seen.process is self._child.process and self._child.is_running

    def _ask_forever(self) -> None:
        while True:
            started = time.monotonic()
            self._ask()
            time.sleep(max(0.0, started + self._every - time.monotonic()))

    def _ask(self) -> None:
        process = self._child.process
        answers = self._answers()
        seen = self._seen if self._seen.process is process else _Seen(process)
        failures = 0 if answers else seen.failures + 1
        self._seen = _Seen(process, seen.has_answered or answers, failures)

    def _answers(self) -> bool:
        """Any answer counts: one that reports a fault comes from a program that does not hang."""
        try:
            self._http.get(self._url)
        except httpx.HTTPError:
            return False
        return True
