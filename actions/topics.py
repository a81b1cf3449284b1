"""Finding one's way without a question: topics and their entries."""

from actions.answer_text import question_in
from actions.base import BotAction, Buttons, Speaker, titled
from actions.turn import Turn
from bot.base.reply import Alternative, Decision


class ShowTopics(BotAction):
    """The topics as buttons."""

    action_name = "action_show_topics"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        show_topics(self, speaker, turn)


class ShowTheme(BotAction):
    """The questions of one topic as buttons."""

    action_name = "action_show_theme"

    async def answer(self, speaker: Speaker, turn: Turn) -> None:
        entries = [
            entry
            for entry in self.services.content.entries.values()
            if entry.theme == turn.entities.get("theme")
        ]
        if not entries:
            show_topics(self, speaker, turn)
            return
        buttons = [
            titled(question_in(entry, turn.language), "show_entry", entry=entry.id) for entry in entries
        ]
        speaker.say("utter_theme", turn.language, buttons, theme=entries[0].theme)
        choices = tuple(Alternative(entry=entry.id, facts=entry.facts, confidence=1) for entry in entries)
        speaker.report(Decision(decision="clarify", language=turn.language, alternatives=choices))


def show_topics(action: BotAction, speaker: Speaker, turn: Turn) -> None:
    """Let the person choose a topic."""
    speaker.say("utter_topics", turn.language, topic_buttons(action, turn.language))
    speaker.report_small_talk(turn.language)


def topic_buttons(action: BotAction, language: str) -> Buttons:
    """One button a topic that has entries."""
    return [
        titled(action.services.texts.get(language, f"theme_{theme}"), "show_theme", theme=theme)
        for theme in action.services.content.themes()
    ]
