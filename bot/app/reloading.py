"""Taking over changed content files while the service runs.

A changed text is searchable at once by its nearest questions; the learned layers follow in the background.
"""

import asyncio
import logging

from bot.app.knowledge import Knowledge
from bot.base.paths import MODELS
from bot.pipeline.message_vectors import MessageVectors
from knowledge_base.check import check
from knowledge_base.content_files import Content, ContentError, load_content
from knowledge_base.index import Index, build_index, centred_vectors
from knowledge_base.layer_files import layers_for
from knowledge_base.rows import rows_of

logger = logging.getLogger(__name__)


class Reloading:
    """Reloads content, one change after the other."""

    def __init__(self, knowledge: Knowledge, vectors: MessageVectors) -> None:
        self._knowledge = knowledge
        self._vectors = vectors
        self._lock = asyncio.Lock()
        self._learning: asyncio.Task[None] | None = None

    async def reload(self) -> int:
        """Read the content files and search them from now on; returns the number of entries.

        Raises ContentError, and changes nothing, where the files have a problem."""
        async with self._lock:
            content = await asyncio.to_thread(_read)
            index = await self._vectors.in_thread(self._index, content)
            self._take(content, index)
            await self.stop()
            self._learning = asyncio.create_task(self._learn(content))
            return len(content.entries)

    async def stop(self) -> None:
        """Give up learning that is under way."""
        if self._learning:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)

    def _index(self, content: Content) -> Index:
        # Computes every vector here, in the encoder's thread, so that learning finds them all.
        self._knowledge.cache.encode([row.text for row in rows_of(content)])
        return self._knowledge.index.with_content(content, self._knowledge.cache)

    def _take(self, content: Content, index: Index) -> None:
        self._knowledge.content.take(content)
        self._knowledge.index = index
        self._knowledge.search.change(self._knowledge.content, index)

    async def _learn(self, content: Content) -> None:
        # In a thread: fitting takes half a minute and lets other threads run.
        index = await asyncio.to_thread(self._fit, content)
        self._take(content, index)
        logger.info("the search has learned the changed content")

    def _fit(self, content: Content) -> Index:
        cache, centring, rows = self._knowledge.cache, self._knowledge.centring, rows_of(content)
        vectors = centred_vectors(rows, cache, centring)
        return build_index(content, cache, centring, layers_for(rows, vectors, cache.fingerprint, MODELS))


def _read() -> Content:
    content = load_content()
    problems = check(content)
    if problems:
        more = f" and {len(problems) - 1} more; run merhaba kb check" if len(problems) > 1 else ""
        raise ContentError(problems[0] + more)
    return content
