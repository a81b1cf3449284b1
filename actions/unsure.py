"""A message whose intent Rasa is not sure of."""

from collections.abc import Mapping

from actions.answers import Answer
from actions.base import BotAction, Speaker
from actions.services import Services
from actions.turn import Turn

FEW_WORDS = 4  # a message this short is small talk more often than a question


class Unsure(Answer):
    """The knowledge base is asked first; what it cannot answer goes to the likely intent after all."""

    action_name = "action_unsure"

    def __init__(self, services: Services, likely: Mapping[str, BotAction]) -> None:
        super().__init__(services)
        self._likely = likely

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        result = await self.search(turn)
        other = self._likely.get(turn.likely_intent)
        is_short = len(turn.text.split()) <= FEW_WORDS
        if other and (
            turn.likely_intent == "emergency"
            or result.kind == "decline"
            or (result.kind == "clarify" and is_short)
        ):
            return await other.answer(speaker, turn)
        return self.show(speaker, turn, result)
