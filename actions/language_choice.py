"""Choosing the language of the conversation."""

from actions.answers import Answer
from actions.base import Buttons, Speaker, titled
from actions.menu import menu
from actions.turn import Turn
from bot.base.languages import languages, named_language

_WISH_WORDS = 4  # a longer message that names a language may rather ask about it


class ChooseLanguage(Answer):
    """Switches to the language a button or the message names; else shows all of them."""

    action_name = "action_choose_language"

    async def answer(self, speaker: Speaker, turn: Turn) -> str | None:
        # "Where can I learn Turkish for free?" names a language, too, but not the one of the chat.
        named = named_language(turn.text) if turn.is_short else None
        is_plain = named and turn.words <= _WISH_WORDS
        result = None if is_plain else await self.known(turn)
        if result:
            return self.show(speaker, turn, result)
        code = turn.entities.get("language") or named
        if code in languages():
            await self.services.profile.set_language(turn.conversation_id, code, chosen=True)
            speaker.say("utter_language_set", code, menu(speaker, code))
        else:
            code = turn.language
            speaker.say("utter_choose_language", code, language_buttons())
        speaker.report_small_talk(code)
        return None


def language_buttons() -> Buttons:
    """One button a language, in its own name."""
    return [titled(item.name, "choose_language", language=item.code) for item in languages().values()]
