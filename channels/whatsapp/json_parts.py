"""Looking into decoded JSON that may hold anything."""

import re
from typing import Any

from prometheus_client import Counter

UNREADABLE = Counter(
    "merhaba_whatsapp_unreadable", "Parts of Meta's requests that could not be read", ["part"]
)

# A phone number without plus, or the id of a person who hides the number behind a user name.
ADDRESS = re.compile(r"\d{5,20}|[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}", re.ASCII)
MESSAGE_ID = re.compile(r"[!-~]{1,255}")

Object = dict[str, Any]


def matching(form: re.Pattern[str], value: object) -> str | None:
    """`value`, if it is a string of that form."""
    return value if isinstance(value, str) and form.fullmatch(value) else None


def object_in(value: object, name: str) -> Object:
    """What stands under `name` in an object; empty where there is no object."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def objects_in(value: object, name: str) -> list[Object]:
    """The objects of the list under `name`; what is none of them is counted."""
    found = value.get(name) if isinstance(value, dict) else None
    items = found if isinstance(found, list) else []
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) < len(items):
        UNREADABLE.labels("item").inc(len(items) - len(objects))
    return objects
