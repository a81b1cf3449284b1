"""Loops that run as long as their process."""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine, Iterable
from typing import Any

logger = logging.getLogger(__name__)
_ASK_AGAIN = 0.2  # seconds


def start_loop(loop: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run a loop beside the listener.

    When it fails, the process ends and the supervisor starts it anew: a process without its loops would hold
    its leases, look healthy and answer nobody."""
    task = asyncio.create_task(loop)
    task.add_done_callback(_end_process_on_failure)
    return task


async def end_loops(loops: Iterable[asyncio.Task[None]]) -> None:
    """Cancel loops until they have ended: a library can lose the request, as when it comes with an answer."""
    running = set(loops)
    while running:
        for loop in running:
            loop.cancel()
        _, running = await asyncio.wait(running, timeout=_ASK_AGAIN)


def _end_process_on_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("a loop ended, so the process does: %s", type(error).__name__)
        os.kill(os.getpid(), signal.SIGTERM)
