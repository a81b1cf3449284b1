"""What the gateway and the service share: the record, the streams and the keys."""

from dataclasses import dataclass

from redis.asyncio import Redis

from bot.app.streams import Streams, connect
from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.base.secrets_file import KEYS, open_secrets
from bot.base.settings import Settings
from bot.base.storage import Storage
from bot.pipeline.conversations import Conversations
from bot.pipeline.inbox import Inbox
from bot.pipeline.listeners import Listeners
from bot.pipeline.messages import Messages
from bot.pipeline.notices import Notices


@dataclass(frozen=True)
class Stores:
    """Open connections, and what reads and writes through them."""

    storage: Storage
    redis: Redis
    keys: ConversationKeys
    identity: Identity
    conversations: Conversations
    messages: Messages
    inbox: Inbox
    listeners: Listeners
    notices: Notices

    async def close(self) -> None:
        """Let go of the connections."""
        await self.redis.aclose()
        await self.storage.close()


def open_stores(settings: Settings, streams: Streams) -> Stores:
    """Connect. Raises SecretsUnusable or Unreadable when the stored keys cannot be opened."""
    secrets = open_secrets(settings.data, settings.secrets_file)
    keys = ConversationKeys(settings.data / KEYS, secrets.wrapping)
    keys.check()
    storage, redis, identity = Storage(settings.record_url()), connect(streams), Identity(secrets.identity)
    listeners = Listeners()
    return Stores(
        storage=storage,
        redis=redis,
        keys=keys,
        identity=identity,
        conversations=Conversations(storage, keys),
        messages=Messages(storage, keys, settings.button_days),
        inbox=Inbox(redis, keys, identity, settings.messages_per_minute),
        listeners=listeners,
        notices=Notices(redis, listeners),
    )
