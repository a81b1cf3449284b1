"""Replies that are made without Rasa, each with the ways on that are always open: the topics and a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.reply import Choice, Decision, DecisionKind, Reply
from bot.base.texts import Texts
from bot.pipeline.choices import human_choice, topics_choice
from bot.pipeline.inbound import Unreadable


@dataclass(frozen=True)
class SetReplies:
    """Texts that need no search."""

    texts: Texts
    transcript_days: int

    def say(self, name: str, language: str, decision: DecisionKind = "smalltalk", **words: object) -> Reply:
        """The text `name` with both ways on."""
        return Reply(
            text=self.texts.get(language, name, **words),
            choices=(topics_choice(self.texts, language), human_choice(self.texts, language)),
            decision=Decision(decision=decision, language=language),
        )

    def apology(self, language: str) -> Reply:
        """Said at once when there is no answer now; the message is tried again."""
        return self._with_person("utter_try_again_later", language)

    def handed_over(self, language: str) -> Reply:
        """Said when a message was given to people after it could not be answered."""
        return self._with_person("utter_handed_over", language)

    def deleted(self, language: str) -> Reply:
        """Said when everything about the person was deleted."""
        return self._alone("utter_deleted", language)

    def deleted_meanwhile(self, language: str) -> Reply:
        """Said to one whose message was accepted before everything about them was deleted."""
        return self._alone("utter_deleted_meanwhile", language)

    def ticket(self, language: str, is_new: bool) -> Reply:
        """Said to one who asked for a person while Rasa is away."""
        decision = Decision(decision="handoff", language=language, facts=("X01", "X02"), handoff=True)
        text = self.texts.get(language, "utter_ticket_stored" if is_new else "utter_ticket_exists")
        return Reply(text=text, decision=decision)

    def too_fast(self, language: str) -> Reply:
        """Said once to a person who writes too many messages in a minute."""
        return self._with_person("utter_too_fast", language)

    def unreadable(self, what: Unreadable, language: str) -> Reply:
        """What works instead of a voice message, a photo and the like."""
        if what == "group":
            decision = Decision(decision="decline", language=language)
            return Reply(text=self.texts.get(language, "utter_group"), decision=decision)
        return self.say(f"utter_unreadable_{what}", language, "decline")

    def privacy(self, language: str) -> Reply:
        """What is kept, for how long, and who reads it."""
        return self.say("utter_privacy", language, transcript_days=self.transcript_days)

    def languages(self, language: str, buttons: Sequence[dict[str, str]]) -> Reply:
        """All languages as buttons."""
        return self._with_buttons("utter_choose_language", language, "smalltalk", buttons)

    def unknown_language(self, language: str, buttons: Sequence[dict[str, str]]) -> Reply:
        """All languages as buttons, to one whose language was not recognised."""
        return self._with_buttons("utter_unknown_language", language, "decline", buttons)

    def _alone(self, name: str, language: str) -> Reply:
        decision = Decision(decision="smalltalk", language=language)
        return Reply(text=self.texts.get(language, name), decision=decision)

    def _with_buttons(
        self, name: str, language: str, decision: DecisionKind, buttons: Sequence[dict[str, str]]
    ) -> Reply:
        return Reply(
            text=self.texts.get(language, name),
            choices=tuple(Choice.model_validate(button) for button in buttons),
            decision=Decision(decision=decision, language=language),
        )

    def _with_person(self, name: str, language: str) -> Reply:
        return Reply(
            text=self.texts.get(language, name),
            choices=(human_choice(self.texts, language),),
            decision=Decision(decision="decline", language=language),
        )
