"""Open files of a process."""

import resource
import subprocess
import sys

import pytest

from bot.base.paths import PROJECT

ASK = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from bot.app.open_files import allow_connections
print(allow_connections(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def allowed(soft: int, hard: int) -> list[int]:
    """Connections, and the limits afterwards, of a process that starts with these limits."""
    command = [sys.executable, "-c", ASK.format(soft=soft, hard=hard)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    return [int(part) for part in done.stdout.split()]


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 17_000, reason="needs a limit of 17,000 open files"
)
def test_gateway_opens_as_many_files_as_it_may() -> None:
    assert allowed(1024, 17_000) == [16_128, 16_384, 17_000]


def test_gateway_on_a_machine_that_allows_few_files() -> None:
    assert allowed(512, 1024) == [768, 1024, 1024]
    assert allowed(256, 300) == [150, 300, 300]
