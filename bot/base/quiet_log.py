"""Log lines that cannot quote what people type."""

import logging
import traceback
from types import TracebackType


class QuietFormatter(logging.Formatter):
    """Time, level, logger and message; of an exception its type and place, never its own words.

    An exception's message can hold a value that came from a person. The messages of our own log calls are
    fixed texts with types and numbers only."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Type of the exception and the lines of our code and others' that it came through."""
        kind, _, trace = ei
        lines = traceback.format_tb(trace)
        return "".join(lines) + (kind.__name__ if kind else "")
