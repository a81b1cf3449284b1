"""Errors that nobody caught, reported by type and place only.

Python and asyncio would print the words of such an exception, or the arguments of a callback. They can quote
what a person typed: redis, for one, names the command and its values."""

import asyncio
import logging
import sys
import threading
from types import TracebackType
from typing import Any

from bot.base.quiet_log import QuietFormatter

_log = logging.getLogger(__name__)


def quiet_process() -> None:
    """Report what no code of this process catches through the log, whose handlers need a QuietFormatter.

    For the start of a program, once."""
    logging.raiseExceptions = False  # else a log call with wrong arguments prints them
    if logging.lastResort:
        logging.lastResort.setFormatter(QuietFormatter())  # of a program that has set up no log
    sys.excepthook = _report
    threading.excepthook = lambda args: _report(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _report(args.exc_type, args.exc_value, args.exc_traceback)


def quiet_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Report what no task or callback of `loop` catches through the log."""
    loop.set_exception_handler(_report_of_loop)


def _report(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
    where: str = "program",
) -> None:
    _log.error("nobody caught an error of the %s", where, exc_info=(kind, error or Exception(), trace))


def _report_of_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # The message is not logged: of a failed callback it holds the arguments.
    error = context.get("exception")
    task = context.get("task") or context.get("future")
    where = (
        getattr(task.get_coro(), "__qualname__", "task") if isinstance(task, asyncio.Task) else "event loop"
    )
    if error is None:
        _log.error("asyncio complains about %s", where)
    else:
        _report(type(error), error, error.__traceback__, where)
