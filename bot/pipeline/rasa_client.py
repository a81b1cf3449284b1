"""Talking to Rasa. Its REST channel answers 200 and an empty list on any failure inside it."""

import asyncio
from typing import Any

import httpx

from bot.base.reply import Choice, Decision, Reply


class RasaFailure(Exception):
    """Rasa gave no usable reply. Never carries what the person typed."""


class RasaClient:
    """One Rasa server on the loopback interface."""

    def __init__(self, url: str, timeout: float) -> None:
        self._timeout = timeout
        self._http = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(timeout, connect=1.0))
        self._hangs = False  # let a message wait in vain, and has not been heard of since

    async def send(self, sender: str, message: str, metadata: dict[str, object]) -> Reply:
        """Send one message and join the items of the answer. Raises RasaFailure.

        After a time-out it fails at once until `is_ready`: where all wait in vain, nobody hears soon."""
        if self._hangs:
            raise RasaFailure("no answer from Rasa: it did not answer another message in time")
        body = {"sender": sender, "message": message, "metadata": metadata}
        try:
            # httpx begins anew with every byte that comes.
            async with asyncio.timeout(self._timeout):
                response = await self._http.post("/webhooks/rest/webhook", json=body)
            items = response.json() if response.status_code == 200 else None
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            self._hangs = isinstance(error, TimeoutError | httpx.ReadTimeout)
            # The cause would hold the request, and with it the person's words.
            raise RasaFailure(f"no answer from Rasa: {type(error).__name__}") from None
        return join_items(items)

    async def is_ready(self) -> bool:
        """Whether Rasa has loaded its model; its plain health check says yes before that."""
        try:
            is_ready = (await self._http.get("/status")).status_code == 200
        except httpx.HTTPError:
            return False
        if is_ready:
            self._hangs = False
        return is_ready

    async def close(self) -> None:
        await self._http.aclose()


def join_items(items: Any) -> Reply:
    """One Reply from the items of Rasa's REST answer. Raises RasaFailure when the decision is missing."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RasaFailure("expected a list of items from Rasa, got something else")
    decisions = [item["custom"] for item in items if "custom" in item]
    texts = [str(item["text"]) for item in items if item.get("text")]
    if len(decisions) != 1 or not texts:
        raise RasaFailure(
            f"expected texts and one decision from Rasa, got {len(texts)} texts, {len(decisions)} decisions"
        )
    try:
        choices = tuple(
            Choice.model_validate(button) for item in items for button in item.get("buttons") or []
        )
        return Reply(text="\n\n".join(texts), choices=choices, decision=Decision.model_validate(decisions[0]))
    except (ValueError, TypeError):
        raise RasaFailure("Rasa's decision or buttons do not have the agreed form") from None
