"""Showing what takes time: a moving line on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(stderr=True, highlight=False)


class Step:
    """One step under way; `say` tells how far it is."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._status = console.status(title) if console.is_terminal else None
        self._started = time.monotonic()

    def say(self, detail: str) -> None:
        """Show a detail of this step, on a terminal only."""
        if self._status:
            self._status.update(f"{self._title}: {detail}")

    def begin(self) -> None:
        if self._status:
            self._status.start()
        else:
            console.print(f"{self._title} ...")

    def end(self, word: str) -> None:
        if self._status:
            self._status.stop()
        console.print(f"{self._title}: {word} ({time.monotonic() - self._started:.1f} s)")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show a step with its duration."""
    shown = Step(title)
    shown.begin()
    try:
        yield shown
    except BaseException:
        shown.end("failed")
        raise
    shown.end("done")
