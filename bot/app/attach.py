"""Reaching the stack on a data directory from the command line; starting one where none runs."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bot.app.running import Running, is_alive, read_running
from bot.app.spoken import Spoken
from bot.app.supervisor import Supervisor
from bot.base.settings import Settings
from knowledge_base.content_files import ContentError


class Stack:
    """A running stack, spoken to through its internal listener."""

    def __init__(self, running: Running) -> None:
        self._http = httpx.Client(
            base_url=running.internal_url, headers={"Authorization": running.secret}, timeout=60
        )

    def say(self, conversation_id: str, **message: str | None) -> Spoken:
        """Send one message and return what the bot says."""
        body = {
            "conversation_id": conversation_id,
            "channel": "test",
            "client_id": secrets.token_hex(8),
            **message,
        }
        response = self._http.post("/ask", json=body)
        response.raise_for_status()
        return Spoken.model_validate(response.json())

    def reload(self) -> int:
        """Let the service take over changed content files; returns the number of entries.

        Raises ContentError where the files have a problem."""
        response = self._http.post("/reload")
        if response.status_code == 422:
            raise ContentError(response.json()["detail"])
        response.raise_for_status()
        return int(response.json()["entries"])

    def quarantine(self) -> list[dict[str, str]]:
        """What was set aside, oldest first, without content."""
        return list(self._http.get("/quarantine").raise_for_status().json())

    def replay(self, entry: str) -> bool:
        """Try an entry of the quarantine again; False when it is not there."""
        return self._http.post(f"/quarantine/{entry}/replay").status_code == 200

    def drop(self, entry: str) -> bool:
        """Delete an entry of the quarantine; False when it is not there."""
        return self._http.delete(f"/quarantine/{entry}").status_code == 200

    def deliveries(self, limit: int, *, failed_only: bool) -> list[dict[str, Any]]:
        """What became of replies at their platforms, newest first, without content."""
        asked = {"limit": limit, "failed_only": failed_only}
        return list(self._http.get("/deliveries", params=asked).raise_for_status().json())

    def remove(self, conversation_id: str) -> None:
        """Delete a conversation."""
        self._http.post(f"/remove/{conversation_id}").raise_for_status()


@contextmanager
def attached(settings: Settings) -> Iterator[Stack]:
    """The stack on the data directory. One that had to be started has no public listener and ends with
    the block. Raises InUse, StartFailed or TrainingFailed."""
    running = read_running(settings.data)
    if running and is_alive(running):
        yield Stack(running)
        return
    supervisor = Supervisor(settings, public=False)
    running = supervisor.start()
    try:
        yield Stack(running)
    finally:
        supervisor.stop()


@contextmanager
def conversation(stack: Stack) -> Iterator[str]:
    """Id of a new test conversation, which is deleted at the end of the block."""
    conversation_id = "test-" + secrets.token_hex(16)
    try:
        yield conversation_id
    finally:
        stack.remove(conversation_id)
