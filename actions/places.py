"""Finding a place: a kind and a province lead to the places of the directory.

Rasa's find_service_form asks for what is missing. Its slots are filled here, because the names come in nine
languages and many spellings.
"""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Answer, as_alternatives, is_sure
from actions.base import BotAction, Buttons, Speaker, left_open, titled
from actions.services import Services
from actions.turn import FALLBACK, Turn, read_turn
from bot.base.reply import Decision
from knowledge_base.directory_words import DirectoryWords

FORM = "find_service_form"
KIND, PROVINCE, REQUESTED = "service_kind", "province", "requested_slot"
# The provinces where most migrants and refugees live; any other can be typed.
OFFERED_PROVINCES = ("34", "27", "63", "31", "01", "33", "16", "06", "35", "42")
_NAME_WORDS = 3  # a longer message is rather another question than a misspelt name


class FindService(Answer):
    """A message that asks for a place: a sure answer of the knowledge base first, else the form."""

    action_name = "action_find_service"

    async def events(self, speaker: Speaker, turn: Turn) -> list[dict[str, Any]]:
        typed = not turn.text.startswith("/")  # the button sends no words to search for
        words = self.services.directory_words
        named = {KIND: words.kind(turn.text), PROVINCE: words.province(turn.text)} if typed else {}
        result = await self.search(turn) if typed else None
        only_a_place = turn.is_short and named.get(KIND)
        if result and not only_a_place and is_sure(result):
            return left_open(self.show(speaker, turn, result))
        return [*(SlotSet(name, value) for name, value in named.items()), FollowupAction(FORM)]


class ValidateFindService(Action):
    """Fills the form's slots from a button or from words; ends the form when something else was asked."""

    def __init__(self, words: DirectoryWords) -> None:
        self._words = words

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, _dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn, requested = read_turn(tracker), tracker.get_slot(REQUESTED)
        found = self._read(turn, requested)
        if found:
            return [SlotSet(name, value) for name, value in found.items()]
        if not requested:
            return []
        # Rasa asks again for an empty slot, and ends the form where none is requested any more.
        empty = SlotSet(requested, None)
        return [empty] if _may_be_a_name(turn) else [empty, SlotSet(REQUESTED, None)]

    def _read(self, turn: Turn, requested: str | None) -> dict[str, str]:
        given = {name: str(turn.entities[name]) for name in (KIND, PROVINCE) if turn.entities.get(name)}
        if given or turn.text.startswith("/"):
            return given
        kind = self._words.similar_kind if requested == KIND else self._words.kind
        province = self._words.similar_province if requested == PROVINCE else self._words.province
        if turn.intent == "ask_question" and turn.words > _NAME_WORDS:
            return {}
        found = {KIND: kind(turn.text), PROVINCE: province(turn.text)}
        return {name: value for name, value in found.items() if value}


class AskServiceKind(Answer):
    """Asks for the kind of place. Questions that are near the message are reported with it."""

    action_name = "action_ask_service_kind"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        asked_again = turn.requested == KIND
        buttons = [
            titled(self._title(turn, kind), "choose_place", service_kind=kind)
            for kind in self.services.directory.kinds
        ]
        await ask(self, speaker, turn, "utter_ask_service_kind", buttons, asked_again)

    def _title(self, turn: Turn, kind: str) -> str:
        return self.services.texts.get(turn.language, f"place_{kind}")


class AskProvince(Answer):
    """Asks for the province."""

    action_name = "action_ask_province"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        asked_again = turn.requested == PROVINCE
        buttons = province_buttons(self.services, turn.language)
        await ask(self, speaker, turn, "utter_ask_province", buttons, asked_again, location=True)


async def ask(
    action: Answer,
    speaker: Speaker,
    turn: Turn,
    question: str,
    buttons: Buttons,
    asked_again: bool,
    *,
    location: bool = False,
) -> None:
    """Ask one question of the form; say so where the last answer to it was not recognised."""
    if asked_again:
        speaker.say("utter_not_recognised", turn.language)
    human = speaker.button(turn.language, "human", "request_human")
    speaker.say(question, turn.language, [*buttons, human])
    near = () if asked_again or turn.text.startswith("/") else (await action.search(turn)).candidates
    alternatives = as_alternatives(near)
    decision = Decision(decision="clarify", language=turn.language, alternatives=alternatives)
    speaker.report(decision.model_copy(update={"asks_for_location": location}))


def province_buttons(services: Services, language: str) -> Buttons:
    """The provinces offered as buttons, in the letters of `language`."""
    names = ((number, services.directory.provinces[number]) for number in OFFERED_PROVINCES)
    return [titled(item.name_in(language), "choose_place", province=number) for number, item in names]


class ShowServices(BotAction):
    """The form's end: the places, or the answer to what the person asked instead."""

    action_name = "action_show_services"

    def __init__(self, services: Services, by_intent: dict[str, BotAction]) -> None:
        super().__init__(services)
        self._by_intent = by_intent

    async def events(self, speaker: Speaker, turn: Turn) -> list[dict[str, Any]]:
        kind, province = turn.slots.get(KIND), turn.slots.get(PROVINCE)
        if kind and province:
            self._show(speaker, turn, kind, province)
            done = []
        else:
            done = await self._by_intent.get(turn.intent, self._by_intent[FALLBACK]).events(speaker, turn)
        return [*done, SlotSet(KIND, None), SlotSet(PROVINCE, None)]

    def _show(self, speaker: Speaker, turn: Turn, kind: str, province: str) -> None:
        known = self.services.directory.find(kind, province)
        each_district = self.services.directory.kinds[kind].everywhere == "district"
        response = "utter_services" if known or each_district else "utter_services_unknown"
        buttons = [
            speaker.button(turn.language, "other_province", "choose_place", service_kind=kind),
            speaker.button(turn.language, "other_place", "choose_place", province=province),
            speaker.button(turn.language, "human", "request_human"),
        ]
        words = {"kind": kind, "province": province, "services": [kind, province]}
        speaker.say(response, turn.language, buttons, **words)
        speaker.report(Decision(decision="clarify", language=turn.language))


def _may_be_a_name(turn: Turn) -> bool:
    """Whether the message can be a name that was not recognised, rather than something else."""
    if turn.text.startswith("/"):
        return False
    unclear = turn.intent in (FALLBACK, "find_service", "off_topic")
    return unclear and turn.words <= _NAME_WORDS
