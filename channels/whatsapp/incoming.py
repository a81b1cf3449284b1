"""Reading what Meta posts: up to 50 entries of changes, each with messages and delivery statuses.

A part that cannot be read is counted and left out, so that it does not take its neighbours with it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.base.identity import Identity
from bot.pipeline.channel import BadUpdate
from bot.pipeline.inbound import Delivery, Event, Inbound
from channels.whatsapp.content import read_content
from channels.whatsapp.json_parts import (
    ADDRESS,
    MESSAGE_ID,
    UNREADABLE,
    Object,
    matching,
    object_in,
    objects_in,
)

# Nothing to answer: a reaction, a changed number, a deleted message, a chat that was only opened.
_SILENT = ("reaction", "system", "revoke", "request_welcome")
_STATES = ("sent", "delivered", "read", "failed")
_LARGEST_CODE = 2**31 - 1


def read_update(update: object, phone_id: str, identity: Identity) -> list[Event]:
    """The events for our number `phone_id`, in the order of the request. Raises BadUpdate."""
    if not isinstance(update, dict) or not isinstance(update.get("entry"), list):
        raise BadUpdate("expected an object with a list named entry")
    events: list[Event] = []
    for value in _values(update, phone_id):
        for message in objects_in(value, "messages"):
            events += _message(message, identity)
        for status in objects_in(value, "statuses"):
            events += _status(status, identity)
    return events


def _values(update: Object, phone_id: str) -> Iterator[Object]:
    """What changed for our number; other numbers of the same account have their own bots."""
    for entry in objects_in(update, "entry"):
        for change in objects_in(entry, "changes"):
            value = object_in(change, "value")
            if object_in(value, "metadata").get("phone_number_id") == phone_id:
                yield value


def _message(message: Object, identity: Identity) -> list[Event]:
    address = matching(ADDRESS, message.get("from") or message.get("from_user_id"))
    id, kind = matching(MESSAGE_ID, message.get("id")), message.get("type")
    if address is None or id is None or not isinstance(kind, str):
        UNREADABLE.labels("message").inc()
        return []
    if kind in _SILENT or "group_id" in message:
        return []
    # An edit brings the whole message in its new words, which count as a new message.
    content = read_content(object_in(object_in(message, "edit"), "message") if kind == "edit" else message)
    return [
        Inbound(
            conversation_id=identity.conversation("whatsapp", address),
            channel="whatsapp",
            client_id=id,
            address=address,
            receipt=id,
            **content,
        )
    ]


def _status(status: Object, identity: Identity) -> list[Event]:
    address = matching(ADDRESS, status.get("recipient_id") or status.get("recipient_user_id"))
    id, state = matching(MESSAGE_ID, status.get("id")), status.get("status")
    if address is None or id is None:
        UNREADABLE.labels("status").inc()
        return []
    if state not in _STATES:
        return []
    return [
        Delivery(
            conversation_id=identity.conversation("whatsapp", address),
            channel="whatsapp",
            client_id=f"{id} {state}",
            platform_id=id,
            state=state,
            error=next(map(_code, objects_in(status, "errors")), None),
            at=_moment(status.get("timestamp")),
        )
    ]


def _code(error: Object) -> int | None:
    code = error.get("code")
    return code if type(code) is int and 0 <= code <= _LARGEST_CODE else None


def _moment(seconds: object) -> datetime | None:
    """Meta writes seconds since 1970 as a string."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if isinstance(seconds, str | int) else None
    except (ValueError, OverflowError, OSError):
        return None
