"""The parts in which a stored message goes to its platform. The same message always has the same parts."""

from collections.abc import Sequence

from bot.base.languages import languages
from bot.base.texts import Texts
from bot.pipeline.channel import Capabilities, Outgoing, ShownButton
from bot.pipeline.inbound import channel_of
from bot.pipeline.rendering import has_numbers, render
from bot.pipeline.stored import StoredMessage


def parts(message: StoredMessage, capabilities: Capabilities, texts: Texts) -> Sequence[Outgoing]:
    """What is sent for `message`, in order."""
    language = message.language if message.language in languages() else "en"
    ask = message.asks_for_location
    return render(message.text, language, _buttons(message), capabilities, texts, ask_location=ask)


def shows_numbers(message: StoredMessage, capabilities: Capabilities | None) -> bool:
    """Whether a person may answer with the number of a button: they were shown numbers.

    `capabilities` is None for the web chat, which has real buttons, and for the terminal, which has none."""
    if capabilities is None:
        return channel_of(message.conversation_id) == "test"
    return has_numbers(_buttons(message), capabilities)


def _buttons(message: StoredMessage) -> list[ShownButton]:
    return [ShownButton(id=button["id"], title=button["title"]) for button in message.buttons]
