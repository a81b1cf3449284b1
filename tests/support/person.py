"""A person in front of the web chat, without a browser."""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.stack import Stack, poll

PATIENCE = 30.0  # seconds to wait for an answer or an event


@dataclass(frozen=True)
class Answer:
    """What the bot said and how it came to it. A deletion's confirmation has no decision."""

    text: str
    language: str
    buttons: dict[str, str]  # id by title
    how: dict[str, Any]

    @property
    def decision(self) -> str:
        return str(self.how.get("decision"))

    @property
    def titles(self) -> list[str]:
        return list(self.buttons)


class Person:
    """One web conversation of one person."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.http = httpx.Client(base_url=stack.public_url, timeout=PATIENCE)
        self.http.get("/chat").raise_for_status()
        self.id = stack.identity.conversation("web", self.http.cookies["merhaba"])

    def post(self, **content: object) -> httpx.Response:
        """Send one message as the page does, escaped as JSON, whatever it holds."""
        body = {"client_id": secrets.token_hex(8), **content}
        self.stack.typed.add(str(content.get("text", ""))[:200])
        headers = {"Content-Type": "application/json"}
        return self.http.post("/api/chat/messages", content=json.dumps(body).encode(), headers=headers)

    def say(self, text: str) -> Answer:
        return self.hear(text=text)

    def press(self, answer: Answer, title: str) -> Answer:
        return self.hear(button=answer.buttons[title])

    def choose(self, language: str) -> Answer:
        return self.hear(language=language)

    def hear(self, **content: object) -> Answer:
        """Post one message and wait for what is said next."""
        before = self._newest()
        response = self.post(**content)
        assert response.status_code == 202, response.text
        poll(lambda: self._newest() > before, PATIENCE, "an answer")
        return self.answers()[-1]

    def _newest(self) -> int:
        query = "select max(id) from message where conversation_id = ? and sender = 'bot'"
        return int(self.stack.rows(query, self.id)[0][0] or 0)

    def answers(self) -> list[Answer]:
        """Everything the bot said so far."""
        query = (
            "select content, decision from message where conversation_id = ? and sender = 'bot' order by id"
        )
        found = [
            (self.stack.opened(self.id, row[0]), json.loads(row[1] or "{}"))
            for row in self.stack.rows(query, self.id)
        ]
        return [
            Answer(
                text=content["text"],
                language=content["language"],
                buttons={button["title"]: button["id"] for button in content["buttons"]},
                how=how or {},
            )
            for content, how in found
        ]

    def tickets(self) -> int:
        return len(self.stack.rows("select id from ticket where conversation_id = ?", self.id))

    @contextmanager
    def events(self, last: int | None = None) -> Iterator[Iterator[dict[str, Any]]]:
        """The events of an open page: name, data and id."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        with self.http.stream("GET", "/api/chat/events", headers=headers) as response:
            assert response.status_code == 200
            yield _events(response)


def _events(response: httpx.Response) -> Iterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    end = time.monotonic() + PATIENCE  # the empty comments between events keep the connection for ever
    for line in response.iter_lines():
        assert time.monotonic() < end, "no further event"
        name, _, value = line.partition(": ")
        if line == "" and event:
            yield event
            event = {}
        elif name == "data":
            event["data"] = json.loads(value)
        elif name in ("event", "id"):
            event[name] = value
