"""Loops that run as long as their process."""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


def start_loop(loop: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run a loop beside the listener.

    When it fails, the process ends and the supervisor starts it anew: a process without its loops would hold
    its leases, look healthy and answer nobody."""
    task = asyncio.create_task(loop)
    task.add_done_callback(_end_process_on_failure)
    return task


def _end_process_on_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("a loop ended, so the process does: %s", type(error).__name__)
        os.kill(os.getpid(), signal.SIGTERM)
