"""What a channel is to the rest: one small protocol.

A channel parses what its platform sends, sends what the pipeline hands it, and says what it can show."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from bot.pipeline.inbound import ChannelName, Event, Inbound

Reason = Literal["blocked", "window_closed", "refused", "gave_up"]


class Capabilities(BaseModel):
    """What a platform can show. Lengths are in characters as the platform counts them."""

    model_config = ConfigDict(frozen=True)

    text_limit: int
    text_limit_with_buttons: int
    buttons: int  # under one text; 0 where there are none
    button_title: int
    list_rows: int = 0  # of a list that opens; 0 where there is none
    list_row_title: int = 0
    list_row_description: int = 0
    asks_for_location: bool = False  # can show a button that shares the person's place
    window_hours: int | None = None  # hours after a person's message in which we may write freely


class ShownButton(BaseModel):
    """A button as the person sees it. `description` holds what the title had no room for."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    description: str = ""


class Outgoing(BaseModel):
    """One request to a platform. It fits the channel's capabilities: the pipeline has seen to that."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    text: str
    language: str
    buttons: tuple[ShownButton, ...] = ()
    list_title: str = ""  # what opens the list; empty where the buttons stand under the text
    asks_for_location: bool = False
    location_title: str = ""  # of the button that shares the place


class TryLater(Exception):
    """The platform did not take a message now. `seconds` is what it asked to wait, if it did."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Refused(Exception):
    """The platform will never take this message. Says nothing about its content or address."""

    def __init__(self, reason: Reason, code: int | None = None) -> None:
        super().__init__(f"{reason}, code {code}")
        self.reason, self.code = reason, code


class BadUpdate(ValueError):
    """A platform's request that cannot be read; the message says what was expected."""


class Channel(Protocol):
    """One platform."""

    name: ChannelName
    capabilities: Capabilities
    per_second: float  # messages that the platform takes from us in a second
    per_second_and_chat: float

    def parse(self, update: object) -> Sequence[Event]:
        """The events of one decoded JSON request. Raises BadUpdate; unknown kinds give no event."""

    async def send(self, address: str, outgoing: Outgoing) -> str:
        """Send, and return the platform's number of the message. Raises TryLater or Refused."""

    async def invite(self, address: str, language: str) -> str | None:
        """Ask a person whose window has closed to write again; None where that is not possible.

        Raises TryLater or Refused."""

    async def seen(self, inbound: Inbound) -> None:
        """Show the person that their message is being answered. Never fails: it is only a courtesy."""

    async def close(self) -> None:
        """Let go of connections."""
