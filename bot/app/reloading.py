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
from knowledge_base.index import Index
from knowledge_base.indexing import index_of
from knowledge_base.rows import rows_of

logger = logging.getLogger(__name__)


class Reloading:
    """Reloads content, one change after the other, and learns the newest of them."""

    def __init__(self, knowledge: Knowledge, vectors: MessageVectors) -> None:
        self._knowledge = knowledge
        self._vectors = vectors
        self._lock = asyncio.Lock()
        self._unlearned: Content | None = None
        self._learning: asyncio.Task[None] | None = None

    async def reload(self) -> int:
        """Read the content files and search them from now on; returns the number of entries.

        Raises ContentError, and changes nothing, where the files have a problem."""
        async with self._lock:
            content = await asyncio.to_thread(_read)
            index = await self._vectors.in_thread(self._changed, content)
            self._knowledge.content.take(content)
            self._search(index)
            self._unlearned = content
            if self._learning is None or self._learning.done():
                self._learning = asyncio.create_task(self._learn())
            return len(content.entries)

    async def stop(self) -> None:
        """Give up learning. A fit that is under way cannot be stopped, but what it finds is not used."""
        if self._learning:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)

    def _changed(self, content: Content) -> Index:
        rows = rows_of(content)
        # Computes every vector here, in the encoder's thread, so that learning finds them all.
        self._knowledge.cache.encode([row.text for row in rows])
        return self._knowledge.index.with_rows(rows, self._knowledge.cache)

    def _search(self, index: Index) -> None:
        self._knowledge.index = index
        self._knowledge.search.change(self._knowledge.content, index)

    async def _learn(self) -> None:
        # One fit at a time: it keeps the processor busy for a minute. What changes meanwhile is learned next.
        while self._unlearned is not None:
            content, self._unlearned = self._unlearned, None
            try:
                index = await asyncio.to_thread(self._learned, content)
            except Exception:
                logger.exception("the search could not learn the changed content")
                continue
            if self._unlearned is None:
                self._search(index)
                logger.info("the search has learned the changed content")

    def _learned(self, content: Content) -> Index:
        return index_of(rows_of(content), self._knowledge.cache, self._knowledge.centring, MODELS)


def _read() -> Content:
    content = load_content()
    problems = check(content)
    if problems:
        more = f" and {len(problems) - 1} more; run merhaba kb check" if len(problems) > 1 else ""
        raise ContentError(problems[0] + more)
    return content
