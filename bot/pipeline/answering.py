"""Finding the reply to one message: emergencies first, then Rasa with its actions."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.language_choice import language_buttons
from bot.base.clean import clean, has_words
from bot.base.fold import script
from bot.base.languages import languages
from bot.base.record import Conversation
from bot.base.reply import Choice, Reply, payload
from bot.base.texts import Texts
from bot.pipeline.channel import Capabilities
from bot.pipeline.commands import is_command, typed_command
from bot.pipeline.emergency import EmergencyRecogniser
from bot.pipeline.emergency_reply import emergency_reply
from bot.pipeline.inbound import Command, Inbound, channel_of
from bot.pipeline.message_vectors import MessageVectors
from bot.pipeline.messages import Messages
from bot.pipeline.parts import shows_numbers
from bot.pipeline.rasa_client import RasaClient
from bot.pipeline.set_replies import SetReplies
from bot.pipeline.spelling import spell_for_encoder
from bot.pipeline.stored import StoredMessage
from knowledge_base.directory import Directory
from knowledge_base.directory_words import DirectoryWords
from knowledge_base.entry import Value
from knowledge_base.language_identification import LanguageIdentification

DEFAULT_LANGUAGE = "en"
_COMMANDS = {"start": "greet", "help": "help", "human": "request_human", "delete": "delete_my_data"}


@dataclass(frozen=True)
class Heard:
    """A message once it is cleaned and its button looked up. `text` is empty for an expired button."""

    text: str
    choice: Choice | None = None


@dataclass(frozen=True)
class Answering:
    """Everything that is needed to find a reply. Writes nothing but the language a person chose."""

    messages: Messages
    texts: Texts
    replies: SetReplies
    values: dict[str, Value]
    directory: Directory
    directory_words: DirectoryWords
    emergencies: EmergencyRecogniser
    identification: LanguageIdentification
    vectors: MessageVectors
    rasa: RasaClient
    capabilities: Mapping[str, Capabilities]  # of the platforms, by channel
    text_limit: int

    async def hear(self, inbound: Inbound) -> Heard:
        """The message as the chat shows it again, and the button that was pressed."""
        if inbound.button is not None:
            choice = await self.messages.button(inbound.conversation_id, inbound.button)
            return Heard(choice.title if choice else "", choice)
        if inbound.language is not None:
            return Heard(languages()[inbound.language].name)
        if inbound.command is not None:
            return Heard(f"/{inbound.command}")
        text = self.cleaned(inbound.text or "")
        return Heard(text, await self._numbered(inbound.conversation_id, text))

    def cleaned(self, text: str) -> str:
        """What is read of a typed text."""
        return clean(text, self.text_limit)

    async def _numbered(self, conversation_id: str, text: str) -> Choice | None:
        """The button that a bare number means: some platforms show buttons as numbered lines."""
        if not (text.isdecimal() and len(text) <= 2):
            return None
        last = await self.messages.last_of_bot(conversation_id)
        place = int(text) - 1  # reads the digits of every script
        if last is None or not 0 <= place < len(last.buttons) or not self._shows_numbers(last):
            return None
        return await self.messages.button(conversation_id, last.buttons[place]["id"])

    def _shows_numbers(self, message: StoredMessage) -> bool:
        return shows_numbers(message, self.capabilities.get(channel_of(message.conversation_id)))

    async def answer(self, conversation: Conversation, inbound: Inbound, heard: Heard) -> tuple[str, Reply]:
        """Language of the message and the reply. Raises RasaFailure."""
        current = conversation.language or inbound.device_language or DEFAULT_LANGUAGE
        if inbound.language is not None:
            return inbound.language, await self._language(conversation, inbound.language)
        command = inbound.command or typed_command(heard.text)
        if command:
            return current, await self._command(conversation, command, current)
        if inbound.location is not None:
            return current, await self._location(conversation, inbound.location, current)
        if inbound.unreadable is not None:
            return current, self.replies.unreadable(inbound.unreadable, current)
        if inbound.button is not None or heard.choice is not None:
            return current, await self._button(conversation, heard.choice, current)
        return await self._text(conversation, heard.text, current)

    async def _language(self, conversation: Conversation, language: str) -> Reply:
        return await self._send(conversation, payload("choose_language", language=language), language)

    async def _command(self, conversation: Conversation, command: Command, language: str) -> Reply:
        if command == "privacy":
            return self.replies.privacy(language)
        if command == "language":
            return self.replies.languages(language, language_buttons())
        return await self._send(conversation, payload(_COMMANDS[command]), language)

    async def _location(self, conversation: Conversation, place: tuple[float, float], language: str) -> Reply:
        province = self.directory.nearest_province(*place)
        if province is None:
            return self.replies.say("utter_location_unknown", language)
        return await self._send(conversation, payload("choose_place", province=province), language)

    async def _button(self, conversation: Conversation, choice: Choice | None, language: str) -> Reply:
        if choice is None:
            return self.replies.say("utter_expired_button", language)
        return await self._send(conversation, choice.payload, language)

    async def _text(self, conversation: Conversation, text: str, current: str) -> tuple[str, Reply]:
        if not has_words(text):
            return current, self.replies.say("utter_empty", current)
        if not script(text) and any(character.isalpha() for character in text):
            return current, self.replies.unknown_language(current, language_buttons())
        if is_command(text):
            return current, self.replies.say("utter_help", current)
        alarm = self.alarm(conversation, text)
        if alarm:
            return alarm.decision.language, alarm
        recognised = self._recognised(conversation, text)
        return await self._ask(conversation, text, self.language_of(conversation, text), recognised)

    def language_of(self, conversation: Conversation, text: str) -> str:
        """The language to answer `text` in: the chosen one, else the one it is written in."""
        if conversation.language_chosen and conversation.language:
            return conversation.language
        if has_words(text) and script(text):
            return self._recognised(conversation, text)
        return conversation.language or DEFAULT_LANGUAGE

    def _recognised(self, conversation: Conversation, text: str) -> str:
        """The language that `text` is written in, as far as it shows one."""
        if conversation.language and self.directory_words.is_province(text):
            return conversation.language
        return self.identification.identify(text, conversation.language)[0]

    def language_for(self, conversation: Conversation, inbound: Inbound) -> str:
        """The language to say in that there is no answer: the one just chosen, else that of the message."""
        if inbound.language is not None:
            return inbound.language
        if inbound.text is not None:
            return self.language_of(conversation, self.cleaned(inbound.text))
        return conversation.language or inbound.device_language or DEFAULT_LANGUAGE

    def names_danger(self, text: str) -> bool:
        """Whether a phrase of an emergency stands in `text`, in any language. Much quicker than `alarm`."""
        return has_words(text) and self.emergencies.recognise(text, "") is not None

    def alarm(self, conversation: Conversation, text: str) -> Reply | None:
        """The reply to an emergency in `text`; None where there is none. Needs neither Rasa nor encoder."""
        if not self.names_danger(text):
            return None
        alarm = self.emergencies.recognise(text, self._recognised(conversation, text))
        if alarm is None:
            return None
        spoken = conversation.language if conversation.language_chosen else None
        return emergency_reply(alarm.kind, spoken or alarm.language, self.texts, self.values)

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
        return await self.rasa.send(conversation.id, message, {"language": language, **metadata})
