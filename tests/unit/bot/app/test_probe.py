"""A small web server in the supervisor's care, which is stopped by SIGSTOP."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.app.child import Child
from bot.app.probe import Probe
from bot.app.running import free_port

EVERY, SILENT, STARTING = 0.1, 0.5, 3.0  # seconds


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def child(tmp_path: Path, port: int) -> Iterator[Child]:
    """A web server that answers 404 to everything."""
    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    child = Child("web", [*command, "--directory", str(tmp_path / "empty")], {}, tmp_path / "web.log")
    child.start()
    yield child
    child.kill()


@pytest.fixture
def probe(child: Child, port: int) -> Probe:
    """A quick probe, once the server has answered it."""
    wait_for(port)
    probe = Probe(child, f"http://127.0.0.1:{port}/x", every=EVERY, silent=SILENT, starting=STARTING)
    probe.start()
    time.sleep(2 * EVERY)
    return probe


def wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
        except httpx.HTTPError:
            assert time.monotonic() < end
            time.sleep(0.02)
        else:
            return


def hangs_within(probe: Probe, seconds: float) -> float | None:
    """Seconds until the probe said so; None where it did not."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if probe.hangs:
            return time.monotonic() - started
        time.sleep(0.01)
    return None


def test_child_that_answers_does_not_hang_whatever_it_says(probe: Probe) -> None:
    assert hangs_within(probe, 3 * SILENT) is None


def test_child_that_hangs_is_noticed_and_its_successor_is_not_blamed(
    probe: Probe, child: Child, port: int
) -> None:
    assert child.process is not None
    child.process.send_signal(signal.SIGSTOP)
    needed = hangs_within(probe, 10)
    assert needed is not None
    assert needed > SILENT - 2 * EVERY
    child.kill()
    assert not probe.hangs
    while not child.restart_if_due():
        time.sleep(0.01)
    assert hangs_within(probe, 1.5 * SILENT) is None
    wait_for(port)
    assert hangs_within(probe, 1.5 * SILENT) is None


def test_child_that_goes_on_in_time_is_forgiven(probe: Probe, child: Child) -> None:
    assert child.process is not None
    for _ in range(2):
        child.process.send_signal(signal.SIGSTOP)
        assert hangs_within(probe, 0.6 * SILENT) is None
        child.process.send_signal(signal.SIGCONT)
        assert hangs_within(probe, 3 * EVERY) is None


def test_child_that_has_not_answered_yet_has_longer(child: Child) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/"
    probe = Probe(child, nobody, every=EVERY, silent=SILENT, starting=3 * SILENT)
    probe.start()
    needed = hangs_within(probe, 10)
    assert needed is not None
    assert needed > 2 * SILENT
