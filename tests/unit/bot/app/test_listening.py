"""What the processes log."""

import subprocess
import sys

from bot.base.paths import PROJECT

LOG = """
import logging
from bot.app.listening import log_quietly
log_quietly()
log = logging.getLogger("uvicorn.error")
log.warning("Invalid HTTP request received.")
log.error("Exception in ASGI application")
"""


def test_log_does_not_grow_by_requests_that_are_none() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOG], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert "Exception in ASGI application" in done.stderr
    assert "Invalid HTTP" not in done.stderr
