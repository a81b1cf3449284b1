"""One message of the command line, down the same road as all others."""

import asyncio
from contextlib import suppress

from bot.app.service import Service
from bot.app.spoken import Spoken, SpokenButton
from bot.base.reply import Decision
from bot.pipeline.inbound import Inbound
from bot.pipeline.stored import StoredMessage

_LOOK_AGAIN = 0.5  # seconds, in case a notice was lost
_PATIENCE = 55.0  # seconds


async def spoken(service: Service, inbound: Inbound) -> Spoken:
    """Accept one message, wait for its reply (or for the apology) and describe it.

    Raises TimeoutError when nothing was said in time, RedisError when it was not accepted."""
    stores = service.stores
    id = inbound.conversation_id
    with stores.listeners.listen(id) as notices:
        before = await stores.messages.last_of_bot(id)
        await stores.inbox.accept([inbound])
        async with asyncio.timeout(_PATIENCE):
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(notices.get(), _LOOK_AGAIN)
                reply = await stores.messages.reply_to(id, inbound.client_id)
                # What confirms a deletion answers no message, because that is deleted.
                newest = reply or await stores.messages.last_of_bot(id)
                if newest and not (before and newest.id <= before.id):
                    return _described(inbound.text or "", newest)


def _described(text: str, reply: StoredMessage) -> Spoken:
    decision = Decision.model_validate(reply.decision)
    return Spoken(
        text=text,
        language=reply.heard_language or decision.language,
        decision=decision.decision,
        entry=decision.entry,
        facts=decision.facts,
        confidence=decision.confidence,
        reply=reply.text,
        reply_language=decision.language,
        alternatives=decision.alternatives,
        buttons=[SpokenButton.model_validate(button) for button in reply.buttons],
    )
