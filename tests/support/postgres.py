"""A PostgreSQL for tests: the one of MERHABA_TEST_POSTGRES, or a private cluster of Debian's programs."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.app.running import free_port

VARIABLE = "MERHABA_TEST_POSTGRES"  # SQLAlchemy URL; all tables of its database are dropped
_PROGRAMS = "/usr/lib/postgresql"
_USER = "postgres"  # the server refuses to run as root
_READY_WITHIN = 60.0  # seconds


def programs() -> Path | None:
    """Directory of the newest installed server's programs."""
    found = Path(_PROGRAMS).glob("*/bin/initdb")
    versions = sorted(found, key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def missing() -> str:
    """Why there is no PostgreSQL here; empty where there is one."""
    if os.environ.get(VARIABLE) or programs():
        return ""
    return f"needs PostgreSQL: apt-get install postgresql, or set {VARIABLE}"


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """SQLAlchemy URL of a database for the length of the block."""
    given, folder = os.environ.get(VARIABLE), programs()
    if given:
        yield given
        return
    assert folder is not None, missing()
    # Not below pytest's directory, which its user may not enter.
    root = Path(tempfile.mkdtemp(prefix="merhaba-postgres-"))
    try:
        with _cluster(folder, root) as port:
            yield f"postgresql+asyncpg://app@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def _cluster(folder: Path, root: Path) -> Iterator[int]:
    port, data = free_port(), root / "data"
    if os.geteuid() == 0:
        user = pwd.getpwnam(_USER)
        os.chown(root, user.pw_uid, user.pw_gid)
    initdb = [
        folder / "initdb",
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "app",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    subprocess.run(_as_user(initdb), check=True, capture_output=True, cwd=root)
    listening = ["-h", "127.0.0.1", "-p", str(port), "-k", str(root), "-F"]  # -F: nothing here must last
    with (root / "log").open("wb") as log:
        command = _as_user([folder / "postgres", "-D", data, *listening])
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=root)
    try:
        _wait(folder, port, root / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # ends sessions at once
        server.wait(30)


def _as_user(command: list[object]) -> list[str]:
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    # Ended with this process, whatever happens to it.
    return [
        *["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "--pdeathsig=INT"],
        *words,
    ]


def _wait(folder: Path, port: int, log: Path) -> None:
    end = time.monotonic() + _READY_WITHIN
    probe = [str(folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(probe, check=False).returncode != 0:
        assert time.monotonic() < end, log.read_text("utf-8", "replace")
        time.sleep(0.1)
