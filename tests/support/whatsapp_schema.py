"""Meta's own description of its API, as a judge of what we send and of our fixtures.

It is a file of Meta that stands beside the project, not in it. Its defects, each mended here:

1. Messages have `additionalProperties: false` beside a reference, which forbids the fields of that: no
   message at all would be right.
2. `text.body` is not required, nor is the body of an interactive message; no length of a text is given.
3. The interactive types `cta_url` and `location_request_message` are missing, with the latter's action.
4. `language.policy` of a template is required, which Meta has long dropped.
5. `TemplateComponent.index` has a pattern that 0 and 1 do not match.
6. Latitude and longitude of a place that we send are strings.
7. Messages of people point to parts of messages that we send, and to errors of the telephone.
8. `context.referred_product` is required, also in answers that are not about a product; name and address of a
   place are required, also of one that has none; `error_data` is required of every error.
9. That ids of rows and titles of buttons must differ is not said."""

import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FILE = "whatsapp/business-messaging-api_v23.0.yaml"
PROJECT = Path(__file__).parents[2]

_SENT = ("TextMessage", "LocationMessage", "InteractiveMessage", "ReactionMessage")
_HEARD = {
    "text": "TextMessage_2",
    "reaction": "ReactionMessage_1",
    "audio": "AudioMessage_1",
    "document": "DocumentMessage_1",
    "image": "ImageMessage_1",
    "sticker": "StickerMessage_1",
    "video": "VideoMessage_1",
    "location": "LocationMessage_1",
    "contacts": "ContactSharingMessage",
    "unsupported": "UnsupportedMessage",
    "button": "ButtonMessage",
    "interactive": "InteractiveMessageReply",
    "system": "SystemMessage",
}


def schema_file() -> Path:
    """Where Meta's description is expected."""
    return Path(os.environ.get("MERHABA_SHARED", PROJECT.parent / "shared")) / FILE


def request_faults(body: Any) -> list[str]:
    """What is wrong with a request to send a message or to mark one as read; empty if nothing is.

    Raises FileNotFoundError where Meta's description is missing."""
    if isinstance(body, dict) and "status" in body:
        return _faults("MarkMessageRequestPayload", body)
    names = {"text": "TextMessage", "interactive": "InteractiveMessage", "template": "TemplateMessage"}
    kind = body.get("type") if isinstance(body, dict) else None
    if kind not in names:
        return [f"expected a type of {', '.join(names)}; got {kind!r}"]
    return _faults(names[kind], body) or _repeated(body)


def message_faults(message: dict[str, Any]) -> list[str]:
    """What is wrong with a message of a person as a webhook brings it."""
    return _faults(_HEARD[message["type"]], message)


def status_faults(status: dict[str, Any]) -> list[str]:
    """What is wrong with a delivery status as a webhook brings it."""
    return _faults("Statuses", status)


def _faults(name: str, body: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(body)]


def _repeated(body: dict[str, Any]) -> list[str]:
    action = body.get("interactive", {}).get("action", {})
    titles = [button["reply"]["title"] for button in action.get("buttons", [])]
    ids = [row["id"] for section in action.get("sections", []) for row in section["rows"]]
    return [f"{word!r} stands twice" for word, count in Counter([*titles, *ids]).items() if count > 1]


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", **_document()})


@cache
def _document() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(schema_file().read_text(encoding="utf-8"), Loader=loader)
    schemas = document["components"]["schemas"]
    _mend_requests(schemas)
    _mend_webhooks(schemas)
    return {"components": {"schemas": schemas}}


def _mend_requests(schemas: dict[str, Any]) -> None:
    for name in _SENT:
        schemas[name]["allOf"][1].pop("additionalProperties", None)
        schemas[name]["unevaluatedProperties"] = False
    text = schemas["TextMessage"]["allOf"][1]["properties"]["text"]
    text["required"] = ["body"]
    text["properties"]["body"] |= {"minLength": 1, "maxLength": 4096}
    interactive = schemas["InteractiveObject"]
    interactive["required"].append("body")
    interactive["properties"]["type"]["enum"] += ["cta_url", "location_request_message"]
    schemas["BodyObject"]["properties"]["text"]["minLength"] = 1
    location_request = {"required": ["name"], "properties": {"name": {"enum": ["send_location"]}}}
    schemas["ActionObject"]["oneOf"].append(location_request)
    schemas["LanguageObject"]["required"].remove("policy")
    schemas["TemplateComponent"]["properties"]["index"]["pattern"] = "^[0-9]+$"
    place = schemas["LocationMessage"]["allOf"][1]["properties"]["location"]["properties"]
    place["latitude"] = place["longitude"] = {"type": "number"}


def _mend_webhooks(schemas: dict[str, Any]) -> None:
    for name in _HEARD.values():
        schemas[name]["allOf"][0] = {"$ref": "#/components/schemas/BaseMessageProperties_1"}
    for name, field, own in (
        ("UnsupportedMessage", "errors", "ErrorObject_2"),
        ("ContactSharingMessage", "contacts", "ContactObject_1"),
    ):
        field_schema = schemas[name]["allOf"][1]["properties"][field]
        field_schema["items"] = {"$ref": f"#/components/schemas/{own}"}
    schemas["ContextObject"]["required"].remove("referred_product")
    place = schemas["LocationMessage_1"]["allOf"][1]["properties"]["location"]
    place["required"] = ["latitude", "longitude"]
    schemas["ErrorObject_2"]["required"].remove("error_data")
