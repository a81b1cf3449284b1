"""What a person sent in one message of WhatsApp."""

import re
from collections.abc import Callable
from typing import Any, TypeGuard, get_args

from bot.base.clean import well_formed
from bot.pipeline.inbound import Command, Unreadable
from channels.whatsapp.json_parts import Object, matching, object_in

Content = dict[str, Any]  # the one field of an Inbound that holds what the person sent

_BUTTON = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_NEVER_GIVEN = "unknown"  # an id that no button has, so that the person hears that it is no longer valid
_CHARACTERS = 4096  # of the longest message that WhatsApp takes
# Nothing else in the message: "/help, there is a fire" is no wish for instructions.
_COMMAND = re.compile(rf"\s*/({'|'.join(get_args(Command))})\s*", re.IGNORECASE | re.ASCII)


def read_content(message: Object) -> Content:
    """What the person sent; also a message that we cannot read deserves an answer."""
    kind = message.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    return (read(object_in(message, str(kind))) if read else None) or {"unreadable": "other"}


def _text(content: Object) -> Content | None:
    body = content.get("body")
    command = matching(_COMMAND, body)
    return {"command": command.strip().lstrip("/").lower()} if command else _words(body)


def _words(value: object) -> Content | None:
    return {"text": well_formed(value[:_CHARACTERS])} if isinstance(value, str) else None


def _pressed(content: Object) -> Content | None:
    """A reply button or a row of a list."""
    kind = content.get("type")
    if kind not in ("button_reply", "list_reply"):
        return None
    return {"button": matching(_BUTTON, object_in(content, kind).get("id")) or _NEVER_GIVEN}


def _quick_reply(content: Object) -> Content | None:
    """A button under a template: its text is what the person says."""
    return _words(content.get("text"))


def _location(content: Object) -> Content | None:
    latitude, longitude = content.get("latitude"), content.get("longitude")
    if _is_degrees(latitude, 90) and _is_degrees(longitude, 180):
        return {"location": (float(latitude), float(longitude))}
    return None


def _is_degrees(value: Any, limit: int) -> TypeGuard[float]:
    # In Python true is the number 1. A comparison with "not a number" is never true.
    return type(value) in (int, float) and abs(value) <= limit


def _media(kind: Unreadable) -> Callable[[Object], Content]:
    """Reads a file: the words beside it count, else its kind."""

    def read(content: Object) -> Content:
        caption = content.get("caption")
        has_words = isinstance(caption, str) and caption.strip()
        return (_words(caption) if has_words else None) or {"unreadable": kind}

    return read


_READERS: dict[str, Callable[[Object], Content | None]] = {
    "text": _text,
    "interactive": _pressed,
    "button": _quick_reply,
    "location": _location,
    "image": _media("photo"),
    "video": _media("video"),
    "document": _media("document"),
    "audio": _media("voice"),
    "voice": _media("voice"),
    "sticker": _media("sticker"),
    "contacts": _media("contact"),
}
