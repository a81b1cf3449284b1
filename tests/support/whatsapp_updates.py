"""What Meta posts to a webhook, in the shapes that its documentation shows, and its signature."""

import hashlib
import hmac
import json
import time
from typing import Any

PHONE_ID = "106540352242922"
OUR_NUMBER = "15550783881"
PERSON = "905551234567"
ID = "wamid.HBgMOTA1NTUxMjM0NTY3FQIAEhgUM0E0QTY1OTlBRUUwMzgxMDE0NEYA"

Json = dict[str, Any]


def update(*values: Json) -> Json:
    """One request with each value as a change in an entry of its own."""
    changes = [{"value": value, "field": "messages"} for value in values]
    entries = [{"id": "102290129340398", "changes": [change]} for change in changes]
    return {"object": "whatsapp_business_account", "entry": entries}


def value(*messages: Json, phone_id: str = PHONE_ID, statuses: list[Json] | None = None) -> Json:
    """What changed for one phone number: messages of people, or what became of ours."""
    content: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": OUR_NUMBER, "phone_number_id": phone_id},
    }
    if messages:
        names = [message.get("from") for message in messages if isinstance(message, dict)]
        content["contacts"] = [{"profile": {"name": "Amal"}, "wa_id": name} for name in names]
        content["messages"] = list(messages)
    if statuses is not None:
        content["statuses"] = statuses
    return content


def message(kind: str, content: object, *, id: str = ID, sender: str = PERSON, **more: object) -> Json:
    """One message of a person, with its content under the name of its kind."""
    return {"from": sender, "id": id, "timestamp": str(int(time.time())), "type": kind, kind: content, **more}


def text(body: str, *, id: str = ID, sender: str = PERSON) -> Json:
    """A text."""
    return message("text", {"body": body}, id=id, sender=sender)


def pressed(button: str, kind: str = "button_reply", *, id: str = ID, sender: str = PERSON) -> Json:
    """A press on a reply button, or on a row of a list (`list_reply`)."""
    reply = {"id": button, "title": "Yes"} | ({"description": ""} if kind == "list_reply" else {})
    context = {"from": OUR_NUMBER, "id": "wamid.OURS"}
    return message("interactive", {"type": kind, kind: reply}, id=id, sender=sender, context=context)


def media(kind: str, caption: str | None = None) -> Json:
    """A file: image, video, document, audio or sticker."""
    own: dict[str, Json] = {
        "audio": {"voice": True},
        "sticker": {"animated": False},
        "document": {"filename": "letter.pdf"},
    }
    words = {} if caption is None else {"caption": caption}
    return message(
        kind, {"mime_type": "x/y", "sha256": "c2hh", "id": "24230790383178626", **own.get(kind, {}), **words}
    )


def status(state: str, *, id: str = "wamid.OURS", recipient: str = PERSON, code: int | None = None) -> Json:
    """What became of a message of ours."""
    errors = [] if code is None else [{"code": code, "title": "No", "error_data": {"details": "No"}}]
    more = {"errors": errors} if errors else {}
    return {"id": id, "status": state, "timestamp": "1749416383", "recipient_id": recipient, **more}


def signed(body: object, app_secret: str) -> tuple[bytes, dict[str, str]]:
    """The bytes of a request and its headers."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    digest = hmac.new(app_secret.encode(), content, hashlib.sha256).hexdigest()
    return content, {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
