import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.app.child import Child, bare_environment
from tests.support.clock import Clock

PARENT = """
import sys, time
from pathlib import Path
from bot.app.child import Child
child = Child("sleeper", ["sleep", "60"], {}, Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"

Make = Callable[..., Child]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes children and ends them after the test."""
    made: list[Child] = []

    def child(*command: str, **environment: str) -> Child:
        made.append(Child("test", command, environment, tmp_path / "logs" / "test.log"))
        return made[-1]

    yield child
    for one in made:
        one.stop(0)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        os.kill(parent.pid, signal.SIGKILL)
    wait_until(lambda: is_gone(pid))


def test_child_writes_to_its_log_and_knows_its_environment(make: Make) -> None:
    child = make("sh", "-c", "echo out $WORD; echo err >&2; cat", WORD="hello")
    child.start()
    wait_until(lambda: not child.is_running)
    assert child.log.read_text(encoding="utf-8") == "out hello\nerr\n"


def test_child_knows_no_token_of_ours(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERHABA_TELEGRAM_TOKEN", "123:secret")
    monkeypatch.setenv("ANOTHER_TOKEN", "secret")
    monkeypatch.setenv("TZ", "Europe/Istanbul")
    child = make("env", **bare_environment())
    child.start()
    wait_until(lambda: not child.is_running)
    known = child.log.read_text(encoding="utf-8")
    assert "TZ=Europe/Istanbul" in known
    assert "PATH=" in known
    assert "secret" not in known


def test_child_log_goes_on_and_is_set_aside_when_long(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.logs.LIMIT", 8)
    child, lengths = make("echo", "abc"), []
    for _ in range(3):
        child.start()
        wait_until(lambda: not child.is_running)
        lengths.append(child.log.stat().st_size)
    assert lengths == [4, 8, 4]
    assert child.log.with_name("test.log.1").read_text(encoding="utf-8") == "abc\nabc\n"


def test_child_is_out_of_reach_of_the_keyboard(make: Make) -> None:
    child = make("sleep", "60")
    child.start()
    assert child.process is not None
    assert os.getsid(child.process.pid) == child.process.pid != os.getsid(0)


def test_child_restarts_after_growing_pauses(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    child, pauses = make("true"), []
    child.start()
    for _ in range(8):
        wait_until(lambda: not child.is_running)
        with monkeypatch.context() as replaced:
            replaced.setattr(time, "monotonic", clock)
            died = clock.now
            while not child.restart_if_due():
                clock.now += 0.125
        pauses.append(clock.now - died)
    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 10, 10]
    assert child.restarts == 8


def test_child_that_runs_is_not_restarted(make: Make) -> None:
    child = make("sleep", "60")
    child.start()
    before = child.process
    assert not child.restart_if_due()
    assert child.process is before


def test_stop_asks_first_and_then_insists(make: Make) -> None:
    polite, stubborn = make("sleep", "60"), make(sys.executable, "-c", STUBBORN)
    polite.start()
    stubborn.start()
    wait_until(lambda: "on" in stubborn.log.read_text(encoding="utf-8"))
    for child in (polite, stubborn):
        child.stop(0.5)
        assert not child.is_running
    assert polite.process is not None
    assert stubborn.process is not None
    assert (polite.process.returncode, stubborn.process.returncode) == (-signal.SIGTERM, -signal.SIGKILL)


def test_stop_of_a_child_that_does_not_run(make: Make) -> None:
    make("true").stop(1)
    done = make("true")
    done.start()
    wait_until(lambda: not done.is_running)
    done.stop(1)
