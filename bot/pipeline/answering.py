"""Finding the reply to one message: emergencies first, then Rasa with its actions."""

import logging
from dataclasses import dataclass

from actions.language_choice import language_buttons
from bot.base.clean import clean, has_words
from bot.base.fold import script
from bot.base.languages import languages
from bot.base.record import Conversation
from bot.base.reply import Choice, Decision, Reply, payload
from bot.base.texts import Texts
from bot.pipeline.choices import human_choice, topics_choice
from bot.pipeline.commands import is_command
from bot.pipeline.conversations import Conversations
from bot.pipeline.emergency import EmergencyRecogniser
from bot.pipeline.emergency_reply import emergency_reply
from bot.pipeline.inbound import Inbound
from bot.pipeline.message_vectors import MessageVectors
from bot.pipeline.rasa_client import RasaClient, RasaFailure
from bot.pipeline.spelling import spell_for_encoder
from knowledge_base.entry import Value
from knowledge_base.language_identification import LanguageIdentification

logger = logging.getLogger(__name__)
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Heard:
    """A message once it is cleaned and its button looked up. `text` is empty for an expired button."""

    text: str
    choice: Choice | None = None


@dataclass(frozen=True)
class Answering:
    """Everything that is needed to find a reply. Writes nothing but the language a person chose."""

    conversations: Conversations
    texts: Texts
    values: dict[str, Value]
    emergencies: EmergencyRecogniser
    identification: LanguageIdentification
    vectors: MessageVectors
    rasa: RasaClient
    text_limit: int

    async def hear(self, inbound: Inbound) -> Heard:
        """The message as the chat shows it again, and the button that was pressed."""
        if inbound.button is not None:
            choice = await self.conversations.button(inbound.conversation_id, inbound.button)
            return Heard(choice.title if choice else "", choice)
        if inbound.language is not None:
            return Heard(languages()[inbound.language].name)
        return Heard(clean(inbound.text or "", self.text_limit))

    async def answer(self, conversation: Conversation, inbound: Inbound, heard: Heard) -> tuple[str, Reply]:
        """Language of the message and the reply."""
        current = conversation.language or inbound.device_language or DEFAULT_LANGUAGE
        if inbound.button is not None:
            return current, await self._button(conversation, heard.choice, current)
        if inbound.language is not None:
            # Remembered before Rasa is asked, so that the choice stands even when Rasa fails.
            await self.conversations.set_language(conversation.id, inbound.language, chosen=True)
            chosen = payload("choose_language", language=inbound.language)
            return inbound.language, await self._send(conversation, chosen, inbound.language)
        return await self._text(conversation, heard.text, current)

    async def _button(self, conversation: Conversation, choice: Choice | None, language: str) -> Reply:
        if choice is None:
            return self._say("utter_expired_button", language)
        return await self._send(conversation, choice.payload, language)

    async def _text(self, conversation: Conversation, text: str, current: str) -> tuple[str, Reply]:
        if not has_words(text):
            return current, self._say("utter_empty", current)
        if not script(text) and any(character.isalpha() for character in text):
            return current, self._unknown_language(current)
        if is_command(text):
            return current, self._say("utter_help", current)
        recognised, _ = self.identification.identify(text, conversation.language)
        alarm = self.emergencies.recognise(text, recognised)
        spoken = conversation.language if conversation.language_chosen else None
        if alarm:
            language = spoken or alarm.language
            return language, emergency_reply(alarm.kind, language, self.texts, self.values)
        return await self._ask(conversation, text, spoken or recognised, recognised)

    async def _ask(
        self, conversation: Conversation, text: str, language: str, recognised: str
    ) -> tuple[str, Reply]:
        key = await self.vectors.remember(spell_for_encoder(text, recognised))
        # Rasa executes messages that begin with a slash; only buttons may do that.
        typed = text.lstrip("/ \\")
        return language, await self._send(conversation, typed, language, vector=key, text_language=recognised)

    async def _send(
        self, conversation: Conversation, message: str, language: str, **metadata: object
    ) -> Reply:
        try:
            return await self.rasa.send(conversation.id, message, {"language": language, **metadata})
        except RasaFailure as failure:
            logger.error("Rasa failed: %s", failure)
            return self.apology(language)

    def apology(self, language: str) -> Reply:
        """What is said when no reply could be found."""
        return self._say("utter_apology", language, "decline")

    def _unknown_language(self, current: str) -> Reply:
        choices = tuple(Choice.model_validate(button) for button in language_buttons())
        return self._say("utter_unknown_language", current, "decline").model_copy(update={"choices": choices})

    def _say(self, name: str, language: str, decision: str = "smalltalk") -> Reply:
        """A text with the two ways on that are always open: the topics and a person."""
        return Reply(
            text=self.texts.get(language, name),
            choices=(topics_choice(self.texts, language), human_choice(self.texts, language)),
            decision=Decision.model_validate({"decision": decision, "language": language}),
        )
