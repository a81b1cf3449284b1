"""Greetings, thanks, help and the like."""

from actions.answers import Answer
from actions.base import BotAction, Speaker
from actions.menu import menu
from actions.turn import Turn
from bot.base.reply import Decision


class SmallTalk(Answer):
    """Says the text that belongs to the intent, with the menu where the talk is not over.

    A longer message is looked up first: a question that sounds friendly or angry is still a question."""

    action_name = "action_small_talk"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        result = await self.known(turn)
        if result:
            return self.show(speaker, turn, result)
        intent = turn.likely_intent
        buttons = [] if intent in ("thanks", "goodbye") else menu(speaker, turn.language)
        speaker.say(f"utter_{intent}", turn.language, buttons)
        speaker.report_small_talk(turn.language)
        return None


class Affirm(BotAction):
    """A yes: to the question asked last, or to nothing in particular."""

    action_name = "action_affirm"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        if turn.pending == "human":
            await open_ticket(self, speaker, turn)
        elif turn.pending == "delete" and turn.intent == "affirm":  # never on an unsure yes
            await forget(self, speaker, turn)
        else:
            speaker.say("utter_affirm", turn.language, menu(speaker, turn.language))
            speaker.report_small_talk(turn.language)


class Deny(BotAction):
    """A no: deletes nothing, calls nobody."""

    action_name = "action_deny"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        response = "utter_delete_kept" if turn.pending == "delete" else "utter_deny"
        speaker.say(response, turn.language, menu(speaker, turn.language))
        speaker.report_small_talk(turn.language)


async def open_ticket(action: BotAction, speaker: Speaker, turn: Turn) -> None:
    """Store the wish to talk to a person and say honestly that nobody is on duty."""
    is_new = await action.services.tickets.open_ticket(turn.conversation_id, "request", turn.language)
    speaker.say("utter_ticket_stored" if is_new else "utter_ticket_exists", turn.language)
    speaker.report(Decision(decision="handoff", language=turn.language, facts=("X01", "X02"), handoff=True))


async def forget(action: BotAction, speaker: Speaker, turn: Turn) -> None:
    """Request the deletion; the pipeline carries it out once this reply is ready."""
    await action.services.profile.request_forget(turn.conversation_id)
    speaker.say("utter_deleted", turn.language)
    speaker.report_small_talk(turn.language)
