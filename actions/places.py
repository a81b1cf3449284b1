"""Where to go for help."""

from actions.answers import Answer
from actions.base import Speaker
from actions.turn import Turn
from knowledge_base.entry import Entry
from knowledge_base.search import SearchResult


class FindService(Answer):
    """Where to go: the places that the nearest entry names, and 157 for the address."""

    action_name = "action_find_service"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        # The button sends no words to search for.
        typed = not turn.text.startswith("/")
        result = await self.search(turn) if typed else SearchResult("decline", ())
        first = self.services.content.entries[result.candidates[0].entry] if result.candidates else None
        if result.kind == "answer" and first and first.places:
            self._show_places(speaker, turn, first, first.places)
            self.report_answer(speaker, turn.language, result.candidates)
            return None
        self._show_places(speaker, turn, None, self._all_places())
        self._report(speaker, turn, "clarify", result.candidates if result.kind != "decline" else ())
        return None

    def _show_places(
        self, speaker: Speaker, turn: Turn, entry: Entry | None, places: tuple[str, ...]
    ) -> None:
        language = turn.language
        human = speaker.button(language, "human", "request_human")
        if entry:
            buttons = [self.entry_button(entry.id, language), human]
            speaker.say("utter_find_service", language, question=entry.id, places=places)
        else:
            buttons = [speaker.button(language, "topics", "start_orientation"), human]
            speaker.say("utter_find_service_any", language, places=places)
        speaker.say("utter_find_service_call", language, buttons)

    def _all_places(self) -> tuple[str, ...]:
        named = (place for entry in self.services.content.entries.values() for place in entry.places)
        return tuple(dict.fromkeys(named))
