"""Talking to a person, emergencies, feedback and deletion."""

from actions.answers import Answer
from actions.base import BotAction, Speaker
from actions.menu import menu
from actions.small_talk import forget, open_ticket
from actions.turn import Turn
from bot.base.reply import Decision

EMERGENCY_FACTS = ("X01", "P02")
SURE_EMERGENCY = 0.9  # confidence of the classifier


class RequestHuman(BotAction):
    """The person asks for a person: store a ticket."""

    action_name = "action_request_human"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        await open_ticket(self, speaker, turn)


class Emergency(Answer):
    """An emergency that no phrase recognised, only the classifier.

    The classifier also takes many everyday needs for emergencies ("my child is ill"). So a sure answer is
    given instead, and where the classifier is not sure a choice; both after the number for danger."""

    action_name = "action_emergency"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        result = await self.search(turn)
        sure = turn.intent == "emergency" and turn.confidence >= SURE_EMERGENCY
        if result.kind == "decline" or (sure and result.kind == "clarify"):
            return self.alarm(speaker, turn)
        speaker.say("danger_hint", turn.language)
        return self.show(speaker, turn, result)

    def alarm(self, speaker: Speaker, turn: Turn) -> str | None:
        """The general numbers, and a person."""
        button = speaker.button(turn.language, "human", "request_human")
        speaker.say("utter_emergency_danger", turn.language, [button])
        speaker.report(Decision(decision="emergency", language=turn.language, facts=EMERGENCY_FACTS))
        return "human"


class GiveFeedback(BotAction):
    """Whether an answer helped. Where it did not, offer a person."""

    action_name = "action_give_feedback"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        helpful = turn.entities.get("helpful") == "yes"
        entry = str(turn.entities.get("entry") or "")
        if entry in self.services.content.entries:
            await self.services.profile.give_feedback(turn.conversation_id, entry, helpful)
        buttons = [] if helpful else [speaker.button(turn.language, "human", "request_human")]
        response = "utter_feedback_helpful" if helpful else "utter_feedback_unhelpful"
        speaker.say(response, turn.language, buttons)
        speaker.report_small_talk(turn.language)
        return None if helpful else "human"


class DeleteMyData(BotAction):
    """Show what is held and ask once."""

    action_name = "action_delete_my_data"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        held = await self.services.profile.held(turn.conversation_id)
        buttons = [
            speaker.button(turn.language, "delete", "confirm_delete"),
            speaker.button(turn.language, "keep", "deny"),
        ]
        speaker.say("utter_delete_ask", turn.language, buttons, **held)
        speaker.report_small_talk(turn.language)
        return "delete"


class ConfirmDelete(BotAction):
    """The button that confirms the deletion. Without the question before it, ask first."""

    action_name = "action_confirm_delete"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        if turn.pending == "delete":
            await forget(self, speaker, turn)
        else:
            speaker.say("utter_expired_button", turn.language, menu(speaker, turn.language))
            speaker.report_small_talk(turn.language)
