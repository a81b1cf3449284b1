"""The note in a data directory that tells how to reach the stack that runs on it."""

import json
import os
import socket
from pathlib import Path

import httpx
from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError


class Running(BaseModel):
    """Addresses of a running stack. The secret opens its internal listener."""

    pid: int
    public_url: str | None
    internal_url: str
    secret: str


class InUse(RuntimeError):
    """Another stack runs on the data directory."""


def take(data: Path) -> FileLock:
    """The lock of a data directory, held until this process ends. Raises InUse."""
    data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        other = read_running(data)
        who = f" (process {other.pid})" if other else ""
        raise InUse(
            f"{data} is in use by another merhaba{who}. "
            "Wait until it is ready, stop it, or choose another directory: --data DIR"
        ) from None
    return lock


def write_running(data: Path, running: Running) -> None:
    """Leave the note, readable by this user only."""
    path = data / "running.json"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(running.model_dump_json(), encoding="utf-8")


def read_running(data: Path) -> Running | None:
    """The note, if there is a readable one."""
    try:
        return Running.model_validate(json.loads((data / "running.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None


def remove_running(data: Path) -> None:
    (data / "running.json").unlink(missing_ok=True)


def is_alive(running: Running) -> bool:
    """Whether the stack of this note answers and all its parts are ready."""
    try:
        os.kill(running.pid, 0)
        response = httpx.get(
            running.internal_url + "/ready", headers={"Authorization": running.secret}, timeout=5
        )
        return response.status_code == 200 and all(dict(response.json()).values())
    except (OSError, httpx.HTTPError, ValueError, TypeError):  # another program may answer on its port
        return False


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Whether `port` can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
