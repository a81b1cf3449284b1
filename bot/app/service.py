"""The service put together: one object that holds every part."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from rasa_sdk.executor import ActionExecutor
from redis.asyncio import Redis

from actions.executor import build_executor
from actions.services import Services
from bot.app.knowledge import Knowledge
from bot.app.reloading import Reloading
from bot.app.streams import Streams, connect
from bot.base.settings import Settings
from bot.base.storage import Storage
from bot.pipeline.answering import Answering
from bot.pipeline.conversation import ConversationService
from bot.pipeline.conversations import Conversations
from bot.pipeline.forgetting import Forgetting
from bot.pipeline.listeners import Listeners
from bot.pipeline.message_vectors import MessageVectors
from bot.pipeline.rasa_client import RasaClient
from handoff.tickets import Tickets
from knowledge_base.directory_words import DirectoryWords
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache

_ANSWER_WITHIN = 3.0  # seconds after which a dependency counts as not answering


@dataclass(frozen=True)
class Service:
    """The parts of the running service."""

    settings: Settings
    storage: Storage
    redis: Redis
    rasa: RasaClient
    vectors: MessageVectors
    cache: VectorCache
    action_services: Services
    executor: ActionExecutor
    conversation: ConversationService
    forgetting: Forgetting
    reloading: Reloading

    async def embed_examples(self, texts: list[str]) -> Vectors:
        """Vectors of training examples, from the cache on disk where it has them."""
        return await self.vectors.in_thread(self.cache.encode, texts)

    async def readiness(self) -> dict[str, bool]:
        """Whether each dependency answers."""
        checks: dict[str, Callable[[], object]]
        checks = {"record": self.storage.is_ready, "streams": self.redis.ping, "rasa": self.rasa.is_ready}
        found = await asyncio.gather(*(_answers(check) for check in checks.values()))
        return dict(zip(checks, found, strict=True))

    async def close(self) -> None:
        """Let go of everything."""
        await self.reloading.stop()
        await self.rasa.close()
        await self.redis.aclose()
        await self.storage.close()
        self.vectors.close()


async def build_service(settings: Settings, knowledge: Knowledge, streams: Streams, rasa_url: str) -> Service:
    """Connect the parts and bring the record to its newest form."""
    storage = Storage(settings.record_url())
    await storage.migrate()
    redis = connect(streams)
    conversations = Conversations(storage, settings.button_days)
    rasa = RasaClient(rasa_url, settings.rasa_timeout)
    vectors = MessageVectors(knowledge.encoder)
    forgetting = Forgetting(conversations, redis)
    answering = Answering(
        conversations=conversations,
        texts=knowledge.texts,
        values=knowledge.content.values,
        emergencies=knowledge.emergencies,
        identification=knowledge.identification,
        vectors=vectors,
        rasa=rasa,
        text_limit=settings.text_limit,
    )
    services = Services(
        texts=knowledge.texts,
        content=knowledge.content,
        directory=knowledge.directory,
        directory_words=DirectoryWords(knowledge.directory),
        search=knowledge.search,
        vectors=vectors,
        profile=conversations,
        tickets=Tickets(storage),
    )
    conversation = ConversationService(conversations, answering, forgetting, Listeners())
    return Service(
        settings=settings,
        storage=storage,
        redis=redis,
        rasa=rasa,
        vectors=vectors,
        cache=knowledge.cache,
        action_services=services,
        executor=build_executor(services),
        conversation=conversation,
        forgetting=forgetting,
        reloading=Reloading(knowledge, vectors),
    )


async def _answers(check: Callable[[], object]) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return bool(await check())  # type: ignore[misc]
    except Exception:  # whatever it is, the dependency does not answer
        return False
