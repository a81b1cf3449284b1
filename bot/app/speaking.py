"""One message of the command line through the pipeline."""

from typing import Any

from bot.app.service import Service
from bot.app.spoken import Spoken, SpokenButton
from bot.pipeline.inbound import Inbound


async def spoken(service: Service, message: dict[str, Any]) -> Spoken:
    """Send one message through the pipeline and describe the reply."""
    inbound = Inbound.model_validate(message)
    outcome = await service.conversation.handle(inbound)
    assert outcome is not None, "the command line never repeats a client_id"
    decision = outcome.reply.decision
    return Spoken(
        text=inbound.text or "",
        language=outcome.language,
        decision=decision.decision,
        entry=decision.entry,
        facts=decision.facts,
        confidence=decision.confidence,
        reply=outcome.reply.text,
        reply_language=decision.language,
        alternatives=decision.alternatives,
        buttons=[SpokenButton.model_validate(button) for button in outcome.buttons],
    )
