import subprocess
import sys

import pytest

START = """
import asyncio, logging, sys, threading
from bot.base.quiet_errors import quiet_loop, quiet_process
from bot.base.quiet_log import QuietFormatter
if {with_log}:
    logging.basicConfig(level=logging.INFO)
    logging.getLogger().handlers[0].setFormatter(QuietFormatter())
quiet_process()
TYPED = "my sec" + "ret"
def fail(*_):
    raise ValueError(TYPED)
async def task():
    fail()
async def main(act):
    quiet_loop(asyncio.get_running_loop())
    act()
    await asyncio.sleep(0.05)
class Dying:
    __del__ = fail
"""

WAYS = {
    "end of the program": ("fail()", "ValueError"),
    "thread": ("threading.Thread(target=fail).start()", "ValueError"),
    "finaliser": ("Dying()", "ValueError"),
    "task": ("asyncio.run(main(lambda: asyncio.create_task(task())))", "error of the task"),
    "callback": (
        "asyncio.run(main(lambda: asyncio.get_running_loop().call_soon(fail, TYPED)))",
        "error of the event loop",
    ),
    "complaint": (
        "asyncio.run(main(lambda: asyncio.get_running_loop().call_exception_handler({'message': TYPED})))",
        "asyncio complains about event loop",
    ),
    "chain": ("try: fail()\nexcept ValueError as error: raise KeyError(TYPED) from error", "KeyError"),
}


@pytest.mark.parametrize("with_log", [True, False])
@pytest.mark.parametrize(("act", "expected"), WAYS.values(), ids=WAYS)
def test_uncaught_error_is_reported_without_its_words(act: str, expected: str, with_log: bool) -> None:
    printed = _run(START.replace("{with_log}", str(with_log)) + act)
    assert expected in printed
    assert "my secret" not in printed


def test_log_call_with_wrong_arguments_does_not_print_them() -> None:
    printed = _run(START.replace("{with_log}", "True") + "logging.getLogger().error('%d pieces', TYPED)")
    assert "my secret" not in printed


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr
