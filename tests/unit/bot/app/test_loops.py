import asyncio
import os
import signal

import pytest

from bot.app.loops import end_loops, start_loop


async def test_loops_end_when_they_are_asked_to() -> None:
    loops = [start_loop(asyncio.sleep(60)) for _ in range(3)]
    await end_loops(loops)
    assert all(loop.cancelled() for loop in loops)


async def test_loop_that_loses_the_request_ends_all_the_same() -> None:
    # A client lost it now and then while it connected, and the process had to be killed.
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if lost == 2:
                    raise
                lost += 1

    loop = start_loop(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end_loops([loop])
    assert loop.cancelled()


async def test_no_loops_end_at_once() -> None:
    await end_loops([])


async def test_loop_that_fails_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda process, number: killed.append((process, number)))

    async def fail() -> None:
        raise RuntimeError("zugunruhe")

    await asyncio.wait([start_loop(fail())])
    await asyncio.sleep(0)
    assert killed == [(os.getpid(), signal.SIGTERM)]
    assert "RuntimeError" in caplog.text
    assert "zugunruhe" not in caplog.text
