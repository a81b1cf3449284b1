"""What all actions share: reading the turn, speaking through the NLG endpoint, reporting the decision."""

from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services
from actions.turn import Turn, read_turn
from bot.base.reply import Decision, payload

Buttons = list[dict[str, str]]


class BotAction(Action):
    """An action with the services it needs. Subclasses implement `answer`."""

    action_name: ClassVar[str]

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        return await self.events(Speaker(dispatcher, self.services), read_turn(tracker))

    async def events(self, speaker: "Speaker", turn: Turn) -> list[dict[str, Any]]:
        """Answer, and say what Rasa shall remember."""
        return left_open(await self.answer(speaker, turn))

    async def answer(self, speaker: "Speaker", turn: Turn) -> str | None:
        """Say something and report one decision; return the question left open, if any."""
        raise NotImplementedError


def left_open(question: str | None) -> list[dict[str, Any]]:
    """Let Rasa remember the question that a yes or no would refer to, if any."""
    return [SlotSet("pending", question)]


class Speaker:
    """Says texts and reports the decision for one message."""

    def __init__(self, dispatcher: CollectingDispatcher, services: Services) -> None:
        self._dispatcher = dispatcher
        self._services = services

    def say(self, response: str, language: str, buttons: Buttons | None = None, **words: Any) -> None:
        """Let the NLG endpoint say text `response` in `language`."""
        self._dispatcher.utter_message(
            response=response, buttons=buttons or [], language=language, words=words
        )

    def report(self, decision: Decision) -> None:
        """Report how the reply came about; exactly once for each message."""
        self._dispatcher.utter_message(json_message=decision.model_dump(mode="json"))

    def report_small_talk(self, language: str) -> None:
        """Report a reply that answers no question."""
        self.report(Decision(decision="smalltalk", language=language))

    def button(self, language: str, name: str, intent: str, **entities: str) -> dict[str, str]:
        """A button with text `button_<name>` that sends `intent` with entities."""
        return titled(self._services.texts.get(language, f"button_{name}"), intent, **entities)


def titled(title: str, intent: str, **entities: str) -> dict[str, str]:
    """A button with a title of its own."""
    return {"title": title, "payload": payload(intent, **entities)}
