"""The service put together: one object that holds every part."""

from collections.abc import Mapping
from dataclasses import dataclass

from rasa_sdk.executor import ActionExecutor

from actions.executor import build_executor
from actions.services import Services
from bot.app.knowledge import Knowledge
from bot.app.readiness import Readiness, answering
from bot.app.reloading import Reloading
from bot.app.stores import Stores
from bot.app.working import Working, build_working
from bot.base.settings import Settings
from bot.pipeline.answering import Answering
from bot.pipeline.channel import Channel
from bot.pipeline.conversation import ConversationService
from bot.pipeline.forgetting import Forgetting
from bot.pipeline.message_vectors import MessageVectors
from bot.pipeline.quarantine import Quarantine
from bot.pipeline.rasa_client import RasaClient
from bot.pipeline.set_replies import SetReplies
from handoff.tickets import Tickets
from knowledge_base.directory_words import DirectoryWords
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache


@dataclass(frozen=True)
class Service:
    """The parts of the running service."""

    settings: Settings
    stores: Stores
    rasa: RasaClient
    vectors: MessageVectors
    cache: VectorCache
    action_services: Services
    executor: ActionExecutor
    conversation: ConversationService
    forgetting: Forgetting
    quarantine: Quarantine
    reloading: Reloading
    working: Working

    async def embed_examples(self, texts: list[str]) -> Vectors:
        """Vectors of training examples, from the cache on disk where it has them."""
        return await self.vectors.in_thread(self.cache.encode, texts)

    async def readiness(self) -> dict[str, bool]:
        """Whether each dependency answers."""
        return await answering(
            record=self.stores.storage.is_ready, streams=self.stores.redis.ping, rasa=self.rasa.is_ready
        )

    async def close(self) -> None:
        """Let go of everything."""
        await self.working.close()
        await self.reloading.stop()
        await self.rasa.close()
        await self.stores.close()
        self.vectors.close()


async def build_service(
    settings: Settings, knowledge: Knowledge, stores: Stores, rasa_url: str, channels: Mapping[str, Channel]
) -> Service:
    """Connect the parts and bring the record to its newest form."""
    await stores.storage.migrate()
    rasa = RasaClient(rasa_url, settings.rasa_timeout)
    vectors = MessageVectors(knowledge.encoder)
    tickets = Tickets(stores.storage)
    quarantine = Quarantine(stores.redis)
    forgetting = Forgetting(stores.conversations, stores.keys, quarantine, stores.redis)
    conversation = ConversationService(
        conversations=stores.conversations,
        messages=stores.messages,
        answering=_answering(settings, knowledge, stores, vectors, rasa, channels),
        forgetting=forgetting,
        notices=stores.notices,
        tickets=tickets,
    )
    services = _action_services(knowledge, stores, vectors, tickets)
    readiness = Readiness(stores.storage.is_ready, rasa.is_ready)
    return Service(
        settings=settings,
        stores=stores,
        rasa=rasa,
        vectors=vectors,
        cache=knowledge.cache,
        action_services=services,
        executor=build_executor(services),
        conversation=conversation,
        forgetting=forgetting,
        quarantine=quarantine,
        reloading=Reloading(knowledge, vectors),
        working=build_working(
            stores, conversation, tickets, knowledge.texts, channels, readiness, settings.stream_hours
        ),
    )


def _answering(
    settings: Settings,
    knowledge: Knowledge,
    stores: Stores,
    vectors: MessageVectors,
    rasa: RasaClient,
    channels: Mapping[str, Channel],
) -> Answering:
    return Answering(
        messages=stores.messages,
        texts=knowledge.texts,
        replies=SetReplies(knowledge.texts, settings.transcript_days),
        values=knowledge.content.values,
        directory=knowledge.directory,
        directory_words=DirectoryWords(knowledge.directory),
        emergencies=knowledge.emergencies,
        identification=knowledge.identification,
        vectors=vectors,
        rasa=rasa,
        capabilities={name: channel.capabilities for name, channel in channels.items()},
        text_limit=settings.text_limit,
    )


def _action_services(
    knowledge: Knowledge, stores: Stores, vectors: MessageVectors, tickets: Tickets
) -> Services:
    return Services(
        texts=knowledge.texts,
        content=knowledge.content,
        directory=knowledge.directory,
        directory_words=DirectoryWords(knowledge.directory),
        search=knowledge.search,
        vectors=vectors,
        profile=stores.conversations,
        tickets=tickets,
    )
