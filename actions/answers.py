"""Answering a question from the knowledge base, offering a choice, or saying honestly that we do not know."""

from collections.abc import Sequence

from actions.answer_text import question_in, shown_translation
from actions.base import BotAction, Buttons, Speaker, titled
from actions.menu import menu
from actions.turn import Turn
from bot.base.reply import Alternative, Decision
from knowledge_base.entry import Entry
from knowledge_base.search import Candidate, SearchResult

RELATED = 2  # questions shown under an answer
SURE_ANSWER = 0.6  # confidence of an answer to a message that was taken for something else


class Answer(BotAction):
    """Answers a question, or any message that Rasa did not understand."""

    action_name = "action_answer"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        return self.show(speaker, turn, await self.search(turn))

    async def search(self, turn: Turn) -> SearchResult:
        """What the knowledge base has for the message, with the vector it already has; looked up once."""
        if turn.found:
            return turn.found
        vectors = self.services.vectors
        vector = vectors.get(turn.vector or "")
        if vector is None:
            vector = vectors.get(await vectors.remember(turn.text))
        assert vector is not None
        return self.services.search.find(turn.text, vector, turn.text_language)

    async def known(self, turn: Turn) -> SearchResult | None:
        """What the knowledge base surely has for a message that was taken for something else: the classifier
        can be wrong, and a question must not be brushed off."""
        if turn.text.startswith("/"):
            return None
        result = await self.search(turn)
        known = is_sure(result) if turn.is_short else result.kind == "answer"
        return result if known else None

    def show(self, speaker: Speaker, turn: Turn, result: SearchResult) -> str | None:
        """Say the result; an offer of a person stays open where there is no answer."""
        if result.kind == "answer":
            self.show_answer(speaker, turn, result.candidates)
            return None
        if result.kind == "clarify":
            self.show_choice(speaker, turn, result.candidates)
            return None
        self.show_decline(speaker, turn)
        return "human"

    def show_answer(self, speaker: Speaker, turn: Turn, candidates: tuple[Candidate, ...]) -> None:
        """One entry with its source, related questions, and the question whether it helped."""
        entry = self.services.content.entries[candidates[0].entry]
        speaker.say("utter_answer", turn.language, self.answer_buttons(speaker, turn, entry), answer=entry.id)
        self.report_answer(speaker, shown_translation(entry, turn.language).language, candidates)

    def report_answer(self, speaker: Speaker, language: str, candidates: tuple[Candidate, ...]) -> None:
        """Report that the first candidate was given as the answer, in `language`."""
        best, *others = candidates
        refuse = self.services.content.entries[best.entry].refuse
        speaker.report(
            Decision(
                decision="refuse" if refuse else "answer",
                language=language,
                entry=best.entry,
                facts=best.facts,
                confidence=best.confidence,
                alternatives=as_alternatives(others),
            )
        )

    def answer_buttons(self, speaker: Speaker, turn: Turn, entry: Entry) -> Buttons:
        language = turn.language
        kinds = [kind for kind in entry.places if kind in self.services.directory.kinds][:1]
        return [
            *(self.entry_button(id, language) for id in entry.related[:RELATED]),
            *(speaker.button(language, "find_service", "choose_place", service_kind=kind) for kind in kinds),
            speaker.button(language, "helpful", "give_feedback", entry=entry.id, helpful="yes"),
            speaker.button(language, "not_helpful", "give_feedback", entry=entry.id, helpful="no"),
            speaker.button(language, "human", "request_human"),
        ]

    def show_choice(self, speaker: Speaker, turn: Turn, candidates: tuple[Candidate, ...]) -> None:
        """Up to three questions to choose from, and a person."""
        buttons = [self.entry_button(candidate.entry, turn.language) for candidate in candidates]
        buttons.append(speaker.button(turn.language, "human", "request_human"))
        speaker.say("utter_clarify", turn.language, buttons)
        self._report(speaker, turn, "clarify", candidates)

    def show_decline(self, speaker: Speaker, turn: Turn) -> None:
        """No guess, but a person and the topics."""
        buttons = [
            speaker.button(turn.language, "human", "request_human"),
            speaker.button(turn.language, "topics", "start_orientation"),
        ]
        speaker.say("utter_decline", turn.language)
        speaker.say("danger_hint", turn.language, buttons)
        self._report(speaker, turn, "decline", ())

    def _report(self, speaker: Speaker, turn: Turn, kind: str, candidates: tuple[Candidate, ...]) -> None:
        speaker.report(
            Decision.model_validate(
                {
                    "decision": kind,
                    "language": turn.language,
                    "confidence": candidates[0].confidence if candidates else 0.0,
                    "alternatives": as_alternatives(candidates),
                }
            )
        )

    def entry_button(self, id: str, language: str) -> dict[str, str]:
        """A button that shows entry `id`."""
        return titled(question_in(self.services.content.entries[id], language), "show_entry", entry=id)


class OffTopic(Answer):
    """Something outside the bot's field. The classifier can be wrong, so a sure answer is still given, and a
    likely one is offered as a choice."""

    action_name = "action_off_topic"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        result = await self.search(turn)
        if result.kind == "answer":
            return self.show(speaker, turn, result if self._is_sure(result) else _as_choice(result))
        speaker.say("utter_off_topic", turn.language, menu(speaker, turn.language))
        self._report(speaker, turn, "decline", ())
        return None

    def _is_sure(self, result: SearchResult) -> bool:
        # Refusing what is asked does no harm where it was not meant.
        return is_sure(result) or self.services.content.entries[result.candidates[0].entry].refuse


def is_sure(result: SearchResult) -> bool:
    """Whether there is an answer that is sure enough for a message taken for something else."""
    return result.kind == "answer" and result.candidates[0].confidence >= SURE_ANSWER


def _as_choice(result: SearchResult) -> SearchResult:
    return SearchResult("clarify", result.candidates)


class ShowEntry(Answer):
    """The entry whose button was pressed."""

    action_name = "action_show_entry"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        entry = self.services.content.entries.get(str(turn.entities.get("entry")))
        if entry is None:
            speaker.say("utter_expired_button", turn.language, menu(speaker, turn.language))
            self._report(speaker, turn, "decline", ())
            return None
        self.show_answer(speaker, turn, (Candidate(entry.id, entry.facts, 1.0),))
        return None


def as_alternatives(candidates: Sequence[Candidate]) -> tuple[Alternative, ...]:
    """Candidates as the reply reports them."""
    return tuple(
        Alternative(entry=item.entry, facts=item.facts, confidence=item.confidence) for item in candidates
    )
