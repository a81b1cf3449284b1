"""A reply in the form that `merhaba ask --json` prints, with the buttons for `merhaba chat`."""

from pydantic import BaseModel

from bot.base.reply import Alternative


class SpokenButton(BaseModel):
    """A button of the reply."""

    id: str
    title: str


class Spoken(BaseModel):
    """One message and the bot's reply to it."""

    text: str
    language: str
    decision: str
    entry: str | None
    facts: tuple[str, ...]
    confidence: float
    reply: str
    reply_language: str
    alternatives: tuple[Alternative, ...]
    buttons: list[SpokenButton] = []
