"""Fetching updates from Telegram, for servers that the internet does not reach."""

import asyncio

from bot.pipeline.channel import BadUpdate
from channels.telegram.channel import Accept, TelegramChannel
from channels.telegram.failures import Sleep, keep_trying

_WAIT = 25  # seconds that Telegram may hold a request until something happens


class Polling:
    """Fetches updates and hands them on. Telegram keeps them until the next request confirms them.

    So nothing is lost when we die in between; what was handed on already then comes a second time."""

    def __init__(
        self, channel: TelegramChannel, accept: Accept, *, wait: int = _WAIT, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._channel, self._accept = channel, accept
        self._wait, self._sleep = wait, sleep
        self._offset: int | None = None

    async def run(self) -> None:
        """Fetch until cancelled. Failures of Telegram or of accept only make it pause."""
        await keep_trying(self._leave_webhook, self._sleep)
        while True:
            await keep_trying(self._fetch, self._sleep)

    async def _leave_webhook(self) -> None:
        await self._channel.api.delete_webhook(drop_pending_updates=False)

    async def _fetch(self) -> None:
        updates = await self._channel.api.updates(self._offset, self._wait)
        events = [event for update in updates for event in self._channel.parse_or_skip(update)]
        if events:
            await self._accept(events)
        self._offset = _next_offset(updates)


def _next_offset(updates: list[object]) -> int | None:
    """The number after the last update; None after an empty answer.

    Everything earlier is confirmed then, and after a quiet week Telegram may go on with lower numbers."""
    numbers = [update.get("update_id") for update in updates if isinstance(update, dict)]
    known = [number for number in numbers if type(number) is int]
    if updates and not known:
        raise BadUpdate("expected an update_id in Telegram's updates, got none")
    return max(known) + 1 if known else None
