"""Embedding each message once: the featurizer in Rasa and the search read the same vector."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from knowledge_base.encoder.encoder import Encoder, Vectors

Argument = TypeVar("Argument")
Result = TypeVar("Result")
_KEPT = 1000  # vectors; one is needed for a second at most


class MessageVectors:
    """Vectors of messages being answered. Encoding runs in a thread of its own: Rasa calls back into the
    service while it waits, so the event loop must stay free."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    async def remember(self, text: str) -> str:
        """Embed `text` and return the key under which its vector can be read."""
        key = secrets.token_hex(8)
        self._vectors[key] = (await self.encode([text]))[0]
        while len(self._vectors) > _KEPT:
            self._vectors.popitem(last=False)
        return key

    def get(self, key: str) -> Vectors | None:
        """The vector under `key`, unless it was pushed out by newer ones."""
        return self._vectors.get(key)

    async def encode(self, texts: list[str]) -> Vectors:
        """Vectors of `texts`, shape (len(texts), size)."""
        return await self.in_thread(self.encoder.encode, texts)

    async def in_thread(self, work: Callable[[Argument], Result], argument: Argument) -> Result:
        """Run what uses the encoder in the encoder's thread, so that it is never used from two at once."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, argument)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)
