"""The parts in which a stored message goes to its platform. The same message always has the same parts."""

from collections.abc import Sequence

from bot.base.languages import languages
from bot.base.texts import Texts
from bot.pipeline.channel import Capabilities, Outgoing, ShownButton
from bot.pipeline.rendering import render
from bot.pipeline.stored import StoredMessage


def parts(message: StoredMessage, capabilities: Capabilities, texts: Texts) -> Sequence[Outgoing]:
    """What is sent for `message`, in order."""
    language = message.language if message.language in languages() else "en"
    buttons = [ShownButton(id=button["id"], title=button["title"]) for button in message.buttons]
    ask = message.asks_for_location
    return render(message.text, language, buttons, capabilities, texts, ask_location=ask)
