"""A person on a platform in memory, who talks to the service of this process."""

import asyncio
import itertools
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.app.service import Service
from bot.base.record import Ticket
from bot.pipeline import streams
from bot.pipeline.inbound import Event, Inbound
from bot.pipeline.stored import StoredMessage
from tests.support.platform import Platform
from tests.support.road import until, until_empty

_numbers = itertools.count(1)


@dataclass
class Talk:
    """One conversation on `platform`."""

    service: Service
    platform: Platform
    address: str = field(default_factory=lambda: f"address-{next(_numbers)}")

    @property
    def id(self) -> str:
        return self.service.stores.identity.conversation(self.platform.name, self.address)

    async def write(self, text: str | None = None, **content: object) -> Inbound:
        """Send one message; returns when it was accepted."""
        inbound = Inbound.model_validate(
            {
                "conversation_id": self.id,
                "channel": self.platform.name,
                "client_id": str(next(_numbers)),
                "address": self.address,
                "text": text,
                **content,
            }
        )
        await self.accept(inbound)
        return inbound

    async def accept(self, event: Event) -> None:
        assert await self.service.stores.inbox.accept([event]) == [1]

    def heard(self) -> list[str]:
        """What the platform showed this person, in order."""
        return [taken.text for taken in self.platform.taken if taken.address == self.address]

    async def hears(self, number: int) -> list[str]:
        """The first `number` texts; fails when there are not so many in time."""
        await until(lambda: len(self.heard()) >= number)
        return self.heard()

    async def settled(self) -> None:
        """Wait until nothing is to be answered, sent or noted any more."""
        redis = self.service.stores.redis
        for _ in range(2):
            await until_empty(redis, streams.inbox)
            await until_empty(redis, streams.outbox)
        await asyncio.sleep(0.1)

    async def stored(self) -> list[StoredMessage]:
        """The conversation as the record holds it."""
        return list(await self.service.stores.messages.after(self.id, 0))

    async def tickets(self) -> list[tuple[str, str]]:
        """Reasons and languages of this person's tickets."""
        async with self.service.stores.storage.read() as session:
            found = await session.scalars(select(Ticket).where(Ticket.conversation_id == self.id))
            return [(ticket.reason, ticket.language) for ticket in found]
