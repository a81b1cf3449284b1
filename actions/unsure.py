"""A message whose intent Rasa is not sure of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.answers import Answer, is_sure
from actions.base import BotAction, Speaker, left_open
from actions.services import Services
from actions.turn import Turn
from knowledge_base.search import SearchResult

# Longer messages may be taken for these; for other intents they are rather questions we have no answer to.
YES_NO = ("affirm", "deny")  # mean something only after a question of the bot
LIKELY_ENOUGH = 0.45  # confidence of the classifier
LIKELIER = 0.6  # the same where there is a choice of questions
ANY_LENGTH = ("emergency", "off_topic", "find_service")


class Unsure(Answer):
    """The knowledge base is asked first; what it cannot answer goes to the likely intent after all."""

    action_name = "action_unsure"

    def __init__(self, services: Services, likely: Mapping[str, BotAction]) -> None:
        super().__init__(services)
        self._likely = likely

    async def events(self, speaker: Speaker, turn: Turn) -> list[dict[str, Any]]:
        result = await self.search(turn)
        other = self._likely.get(turn.likely_intent)
        if other and self._prefers(turn, result):
            return await other.events(speaker, replace(turn, found=result))
        return left_open(self.show(speaker, turn, result))

    def _prefers(self, turn: Turn, result: SearchResult) -> bool:
        if turn.likely_intent == "emergency":
            return True
        if turn.likely_intent in ("off_topic", "find_service") and turn.likely_confidence >= LIKELY_ENOUGH:
            return result.kind != "answer"
        if turn.likely_intent == "start_orientation" and turn.likely_confidence >= LIKELY_ENOUGH:
            return not is_sure(result)
        if turn.likely_intent in ANY_LENGTH:
            return result.kind == "decline"
        # A short cry or one word of a question must not be brushed off with small talk.
        enough = LIKELY_ENOUGH if result.kind == "decline" else LIKELIER
        likely = turn.is_short and turn.likely_confidence >= enough
        return likely and result.kind != "answer" and (turn.likely_intent not in YES_NO or bool(turn.pending))
