"""A server of streams for tests: the embedded Valkey, or Debian's Redis with the same configuration."""

import shutil
import socket
import time
from pathlib import Path
from typing import Literal

from bot.app.child import Child
from bot.app.running import free_port
from bot.app.streams import embedded_command

Kind = Literal["valkey", "redis"]
_READY_WITHIN = 10.0  # seconds


class StreamServer:
    """One server that keeps its data in `directory`, and can be killed and started again on it."""

    def __init__(self, directory: Path, kind: Kind = "valkey") -> None:
        command, self.streams = embedded_command(directory / "data", free_port())
        if kind == "redis":
            command[0] = str(shutil.which("redis-server"))
        self._child = Child(kind, command, {}, directory / "server.log")

    def start(self) -> "StreamServer":
        """Start, and return when it takes connections."""
        self._child.start()
        end = time.monotonic() + _READY_WITHIN
        while not self._is_listening():
            assert time.monotonic() < end, "the server of streams did not start"
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """End it without a chance to clean up, as a power cut does."""
        process = self._child.process
        if process:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """Ask it to end."""
        self._child.stop(5)

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((self.streams.host, self.streams.port)) == 0


def missing(kind: Kind) -> str:
    """Why there is no such server here; empty where there is one. The embedded one is always there."""
    if kind == "redis" and shutil.which("redis-server") is None:
        return "needs redis-server: apt-get install redis-server"
    return ""
