"""Reading a posted message. Whatever arrives, the answer is a clear error or one Inbound."""

import json
import re
from typing import Any

from fastapi import HTTPException, Request

from bot.base.clean import well_formed
from bot.base.languages import languages
from bot.pipeline.inbound import Inbound
from channels.body import read_body

BODY_LIMIT = 4 * 1024 * 1024  # bytes; a megabyte of text escaped as JSON still gets a polite reply
_CHARACTERS = 4096  # of a message that are stored; more than are read
_CLIENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_BROWSER_NAMES = {"ku": "kmr", "prs": "fa"}
_KINDS = ("text", "button", "language", "location")


async def read_message(request: Request, conversation_id: str) -> Inbound:
    """The message in the body. Raises HTTPException 422, or those of reading."""
    data = _parse(await read_body(request, BODY_LIMIT))
    given = [kind for kind in _KINDS if data.get(kind) is not None]
    if len(given) != 1:
        raise HTTPException(422, f"expected exactly one of {', '.join(_KINDS)}; got {len(given)} of them")
    return Inbound(
        conversation_id=conversation_id,
        channel="web",
        client_id=_client_id(data.get("client_id")),
        device_language=_device_language(request.headers.get("Accept-Language", "")),
        **{given[0]: _READERS[given[0]](data[given[0]])},
    )


def _parse(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(422, "expected a JSON object") from None
    if not isinstance(data, dict):
        raise HTTPException(422, f"expected a JSON object, got {type(data).__name__}")
    return data


def _device_language(header: str) -> str | None:
    """The first language of the browser that we speak, else None."""
    codes = (part.split(";")[0].strip().lower() for part in header[:200].split(","))
    known = (_BROWSER_NAMES.get(code.split("-")[0], code.split("-")[0]) for code in codes)
    return next((code for code in known if code in languages()), None)


def _client_id(value: object) -> str:
    if isinstance(value, str) and _CLIENT_ID.fullmatch(value):
        return value
    raise HTTPException(422, "expected client_id as 1 to 64 letters, digits, - or _")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise HTTPException(422, f"expected a string, got {type(value).__name__}")
    return well_formed(value.lstrip()[:_CHARACTERS])


def _language(value: object) -> str:
    if isinstance(value, str) and value in languages():
        return value
    raise HTTPException(422, f"expected a language of {', '.join(languages())}")


def _location(value: object) -> tuple[float, float]:
    numbers = value if isinstance(value, list) else []
    limits = (90, 180)
    if len(numbers) == 2 and all(
        type(number) in (int, float) and abs(number) <= limit  # true is an int, too
        for number, limit in zip(numbers, limits, strict=True)
    ):
        return float(numbers[0]), float(numbers[1])
    raise HTTPException(422, "expected location as [latitude, longitude] in degrees")


_READERS = {"text": _text, "button": _text, "language": _language, "location": _location}
