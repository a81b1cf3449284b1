"""Telegram's bot API on a free port of this machine, in a thread of its own.

A bot API emulator answers; aiogram's models check the shape of every request as well. Methods can be told to
fail."""

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar

import aiogram.methods
import aiogram.types
import lo_bot_api_emulator.updates as emulator_updates
from aiohttp import web
from lo_bot_api_emulator import CONTRACT, ApiRefusal, LoBotApiEmulator
from pydantic import ValidationError

TOKEN = "4242:AAF-a_token_that_nobody_may_read"
_REDELIVER = 0.2  # seconds between tries to post what is waiting for a webhook
_DESCRIPTIONS = {
    "setMyDescription": ("description", 512),
    "setMyShortDescription": ("short_description", 120),
}

# What the emulator does not know and Telegram does.
emulator_updates.KINDS |= {"edited_message", "my_chat_member", "channel_post", "poll"}
CONTRACT["methods"]["sendMessage"]["parameters"].append("link_preview_options")

_T = TypeVar("_T")

# hang: not done and no answer. lost: done, but the connection breaks before the answer.
# garbage: done, but the answer is a web page.
Trouble = Literal["hang", "lost", "garbage"]


@dataclass(frozen=True)
class Refusal:
    """An error as Telegram reports it."""

    code: int
    description: str = "Fixture"
    parameters: tuple[tuple[str, int], ...] = ()


TOO_FAST = Refusal(429, "Too Many Requests: retry after 3", (("retry_after", 3),))
BLOCKED = Refusal(403, "Forbidden: bot was blocked by the user")
BAD_TOKEN = Refusal(401, "Unauthorized")
NO_BOT = Refusal(404, "Not Found")
MIGRATED = Refusal(400, "Bad Request: group chat was upgraded", (("migrate_to_chat_id", -100123),))


@dataclass(frozen=True)
class Sent:
    """A message that arrived at a person. `markup` is the whole keyboard as JSON."""

    chat_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]  # title and id of those under the text
    markup: dict[str, Any]
    at: float  # seconds of time.monotonic()


class FakeTelegram:
    """Telegram for the bot with `token`. Use it as a context; everything may be called from any thread."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.url = ""
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []  # method and decoded parameters
        self.misshapen: list[str] = []  # requests that aiogram would not make
        self._troubles: dict[str, deque[Trouble | Refusal]] = defaultdict(deque)
        self._emulator = _Emulator(self)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def receive(self, update: dict[str, Any], *, checked: bool = True) -> int:
        """A person did something; returns the update's number. `checked`: it must have Telegram's shape."""
        if checked:
            aiogram.types.Update.model_validate({"update_id": 1, **update})
        return self._run(self._emulator.enqueue_update(update, token=self.token))

    def fail(self, method: str, *troubles: Trouble | Refusal) -> None:
        """Answer the next calls of `method` with these troubles, one for each."""
        self._troubles[method].extend(troubles)

    def pending(self) -> int:
        """How many updates the bot has not confirmed yet."""
        return int(self._emulator._update_queues.info(self.token)["pending_update_count"])

    def webhook(self) -> str:
        """The address that updates are posted to; empty when the bot fetches them."""
        return str(self._emulator._update_queues.info(self.token)["url"])

    def called(self, method: str) -> list[dict[str, Any]]:
        """Parameters of all calls of `method`."""
        return [parameters for name, parameters in self.calls if name == method]

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _start(self) -> None:
        app = self._emulator.app()
        app.middlewares.append(self._trouble)
        self._stopping = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://127.0.0.1:{1}".format(*self._runner.addresses[0])
        self._redelivering = asyncio.create_task(self._redeliver())

    async def _stop(self) -> None:
        self._redelivering.cancel()
        self._stopping.set()
        await self._runner.cleanup()

    async def _redeliver(self) -> None:
        while True:
            await asyncio.sleep(_REDELIVER)
            if self.webhook():
                await self._emulator.deliver_updates(token=self.token)

    @web.middleware
    async def _trouble(self, request: web.Request, handler: Any) -> web.StreamResponse:
        troubles = self._troubles[request.path.rsplit("/", 1)[-1]]
        if not troubles:
            return await handler(request)
        trouble = troubles.popleft()
        if isinstance(trouble, Refusal):
            body = {"ok": False, "error_code": trouble.code, "description": trouble.description}
            given = {"parameters": dict(trouble.parameters)} if trouble.parameters else {}
            return web.json_response(body | given, status=trouble.code)
        if trouble == "hang":
            await self._stopping.wait()
            return web.Response(status=504)
        answer = await handler(request)
        if trouble == "garbage":
            return web.Response(text=f"<html>{answer.text}</html>")
        assert request.transport is not None
        request.transport.close()
        return answer


class _Emulator(LoBotApiEmulator):
    """The emulator, which remembers what was sent and is stricter about shapes."""

    def __init__(self, owner: FakeTelegram) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True, max_updates=1_000_000)
        self._owner = owner

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        parameters = _decoded(method, fields)
        self._owner.calls.append((method, parameters))
        try:
            _model(method).model_validate(parameters)
        except ValidationError as error:
            self._owner.misshapen.append(f"{method}: {error}")
        if unknown := parameters.keys() - _model(method).model_fields:
            self._owner.misshapen.append(f"{method}: unknown {unknown}")
        if method in _DESCRIPTIONS:
            name, limit = _DESCRIPTIONS[method]
            if len(fields[name]) > limit:
                raise ApiRefusal(f"Bad Request: {name} is too long")
            return True
        result = super().validate(method, fields, uploads)
        if method == "sendMessage":
            self._owner.sent.append(_sent(parameters))
        return result


def _model(method: str) -> Any:
    return getattr(aiogram.methods, method[0].upper() + method[1:])


def _decoded(method: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Parameters with their types; in a form all of them are text."""
    fields_of_text = {
        name for name, field in _model(method).model_fields.items() if field.annotation in (str, str | None)
    }
    return {
        name: json.loads(value) if isinstance(value, str) and name not in fields_of_text else value
        for name, value in fields.items()
    }


def _sent(parameters: dict[str, Any]) -> Sent:
    markup = parameters.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", [])
    return Sent(
        chat_id=int(parameters["chat_id"]),
        text=parameters["text"],
        buttons=tuple((button["text"], button["callback_data"]) for row in rows for button in row),
        markup=markup,
        at=time.monotonic(),
    )


def person(chat_id: int, language: str | None = None) -> dict[str, Any]:
    """The person in the private chat of that number, with the language of their app."""
    given = {"language_code": language} if language else {}
    return {"id": chat_id, "is_bot": False, "first_name": "Hamid", **given}


def message(
    chat_id: int, *, language: str | None = None, kind: str = "message", **content: Any
) -> dict[str, Any]:
    """An update with a message in a private chat: message(5, text="hello"). `kind` may be edited_message."""
    return {
        kind: {
            "message_id": 7,
            "date": 1_700_000_000,
            "chat": {"id": chat_id, "type": "private"},
            "from": person(chat_id, language),
            **content,
        }
    }


def press(chat_id: int, data: str) -> dict[str, Any]:
    """An update with a press on the button with the id `data`."""
    shown = message(chat_id, text="Choose")["message"]
    return {
        "callback_query": {
            "id": "98765",
            "from": person(chat_id),
            "chat_instance": "1",
            "message": shown,
            "data": data,
        }
    }


def membership(chat_id: int, status: str) -> dict[str, Any]:
    """An update that says what the bot is now in a private chat: kicked (blocked) or member."""
    bot = {"id": 4242, "is_bot": True, "first_name": "Merhaba"}
    blocked = {"status": "kicked", "user": bot, "until_date": 0}
    member = {"status": "member", "user": bot}
    new, old = (blocked, member) if status == "kicked" else (member, blocked)
    return {
        "my_chat_member": {
            "chat": {"id": chat_id, "type": "private"},
            "from": person(chat_id),
            "date": 1_700_000_000,
            "old_chat_member": old,
            "new_chat_member": new,
        }
    }
