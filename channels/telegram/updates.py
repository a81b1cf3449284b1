"""The parts of Telegram's updates that we read; all others are ignored.

The library's own Update class checks no types, and one strange part of a message that we do not need would
cost a person their words."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.base.clean import well_formed
from bot.pipeline.channel import BadUpdate

_NUMBERS = 2**63  # Telegram's are smaller
_CHARACTERS = 4096  # of the longest message that Telegram takes


def _readable(value: object) -> object:
    return well_formed(value[:_CHARACTERS]) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_readable)]
Number = Annotated[int, Field(gt=-_NUMBERS, lt=_NUMBERS)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True, extra="ignore")


class User(_Part):
    """Who did something."""

    id: Number
    is_bot: bool = False
    language_code: Text | None = None  # of the person's app, such as "tr" or "fa-AF"


class Chat(_Part):
    """Where it happened. `type` is private, group, supergroup or channel."""

    id: Number
    type: Text


class Place(_Part):
    """A point on the earth, in degrees."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class Venue(_Part):
    """A place with a name."""

    location: Place


class Message(_Part):
    """A message. `model_extra` holds everything else that came with it."""

    model_config = ConfigDict(extra="allow")

    chat: Chat
    sender: User | None = Field(default=None, alias="from")  # missing where a channel writes
    text: Text | None = None
    caption: Text | None = None  # the words under a photo or another file
    location: Place | None = None
    venue: Venue | None = None
    media_group_id: Text | None = None  # of an album, which arrives as one message for each photo


class PressedIn(_Part):
    """The message whose button was pressed."""

    chat: Chat


class Press(_Part):
    """A press on a button under a message."""

    id: Text
    sender: User = Field(alias="from")
    message: PressedIn | None = None  # missing when the message is too old
    data: Text | None = None


class Membership(_Part):
    """What the bot is in a chat."""

    status: Text


class MembershipChange(_Part):
    """The bot was blocked, unblocked, added or removed."""

    chat: Chat
    new_chat_member: Membership


class Update(_Part):
    """One update, with at most one of these kinds."""

    update_id: Number
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Press | None = None
    my_chat_member: MembershipChange | None = None


def decode(update: object) -> Update:
    """The update in decoded JSON. Raises BadUpdate, which names the part and what was expected there."""
    try:
        return Update.model_validate(update)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        part = ".".join(str(name) for name in first["loc"]) or "update"
        raise BadUpdate(f"cannot read {part} of a Telegram update: {first['msg']}") from None
