"""What channels parse the requests of their platforms into."""

from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

ChannelName = Literal["web", "telegram", "whatsapp", "test"]
Command = Literal["start", "language", "help", "human", "delete", "privacy"]
# What we cannot read yet. "group" is any message of a chat with several people.
Unreadable = Literal["voice", "photo", "video", "sticker", "document", "contact", "group", "other"]
DeliveryState = Literal["held", "sent", "delivered", "read", "failed"]

_CONTENT = ("text", "button", "language", "location", "command", "unreadable")


class _Event(BaseModel):
    """`client_id` is the platform's own number of the event; a repeated one is ignored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    conversation_id: str
    channel: ChannelName
    client_id: str


class Inbound(_Event):
    """One message of a person, with exactly one kind of content.

    `address` is where replies go: a chat number, a phone number; None where replies are fetched."""

    kind: Literal["message"] = "message"
    address: str | None = None
    text: str | None = None
    button: str | None = None  # opaque id
    language: str | None = None  # code of the language that was chosen
    location: tuple[float, float] | None = None  # latitude, longitude in degrees
    command: Command | None = None
    unreadable: Unreadable | None = None
    device_language: str | None = None  # of the person's device, a hint until a message shows the language
    receipt: str | None = None  # what the platform wants to hear when the message is being answered
    at: datetime | None = None  # when it was accepted; filled in when it is read from the inbox

    @model_validator(mode="after")
    def _exactly_one(self) -> "Inbound":
        given = [name for name in _CONTENT if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(_CONTENT)}; got {given or 'none'}")
        return self


class Delivery(_Event):
    """What became of a part of a message that we sent: said by its platform, or by our own sender."""

    kind: Literal["delivery"] = "delivery"
    platform_id: str | None = None  # the platform's number of our message
    state: DeliveryState
    error: int | None = None  # the platform's error code
    at: datetime | None = None  # when it happened
    message: int | None = None  # numbers of the message and its part in the record; our sender knows them
    part: int | None = None


class Presence(_Event):
    """A person blocked the bot, or came back."""

    kind: Literal["presence"] = "presence"
    blocked: bool


def channel_of(conversation_id: str) -> ChannelName:
    """The channel of a conversation: its id begins with the name."""
    return cast("ChannelName", conversation_id.split("-", 1)[0])


Event = Inbound | Delivery | Presence
event_adapter: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
