"""Whether everything is there that an answer needs, and waiting for it."""

import asyncio
from collections.abc import Awaitable, Callable

Check = Callable[[], Awaitable[object]]

_ANSWER_WITHIN = 3.0  # seconds after which a dependency counts as not answering
_ASK_EVERY = 0.5  # seconds
_PATIENCE = 60.0  # seconds


async def answering(**checks: Check) -> dict[str, bool]:
    """Whether each of the named dependencies answers in time."""
    found = await asyncio.gather(*(_answers(check) for check in checks.values()))
    return dict(zip(checks, found, strict=True))


class Readiness:
    """Waits for the record and for Rasa, on behalf of all messages that could not be answered."""

    def __init__(self, record: Check, rasa: Check) -> None:
        self._record = _Waiting(record)
        self._rasa = _Waiting(rasa)

    async def wait(self) -> None:
        """Return when both answer. Never fails.

        Without Rasa it returns after a minute all the same, so that a message is given to people in the end.
        Without the record nobody can be told anything, and every further try would be in vain."""
        await self._record.wait(None)
        await self._rasa.wait(_PATIENCE)


class _Waiting:
    """Asks one dependency for all who wait: a thousand questions at once hold the service up."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._asking: asyncio.Task[None] | None = None

    async def wait(self, seconds: float | None) -> None:
        """Return when the dependency answers, or after that time."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        await asyncio.wait([self._asking], timeout=seconds)

    async def _ask(self) -> None:
        while not await _answers(self._check):  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(_ASK_EVERY)


async def _answers(check: Check) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return bool(await check())
    except Exception:  # whatever it is, the dependency does not answer
        return False
