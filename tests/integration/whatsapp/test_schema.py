"""Meta's description finds mistakes in what we would send."""

from typing import Any

import httpx
import pytest

from tests.support.fake_whatsapp import TOKEN, FakeWhatsApp
from tests.support.whatsapp_schema import request_faults, schema_file
from tests.support.whatsapp_updates import PERSON, PHONE_ID

pytestmark = pytest.mark.skipif(not schema_file().exists(), reason="Meta's description is not here")

BASE = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": PERSON}
ROW = {"id": "r", "title": "Row"}


def text(content: object) -> dict[str, Any]:
    return {**BASE, "type": "text", "text": content}


def interactive(kind: str, action: object, body: str | None = "Which?") -> dict[str, Any]:
    words = {} if body is None else {"body": {"text": body}}
    return {**BASE, "type": "interactive", "interactive": {"type": kind, "action": action, **words}}


def buttons(*titles: str, id: str = "") -> dict[str, Any]:
    replies = [{"id": id or f"b{number}", "title": title} for number, title in enumerate(titles)]
    return interactive("button", {"buttons": [{"type": "reply", "reply": reply} for reply in replies]})


def rows(*rows: dict[str, str], button: str = "Choose") -> dict[str, Any]:
    return interactive("list", {"button": button, "sections": [{"title": "Choose", "rows": list(rows)}]})


def template(content: object) -> dict[str, Any]:
    return {**BASE, "type": "template", "template": content}


@pytest.mark.parametrize(
    "body",
    [
        text({"body": "x" * 4096}),
        buttons("A", "B", "C"),
        buttons("x" * 20),
        rows(
            *[{**ROW, "id": str(number), "title": "x" * 24, "description": "x" * 72} for number in range(10)]
        ),
        interactive("location_request_message", {"name": "send_location"}),
        template({"name": "come_back", "language": {"code": "fa"}}),
        {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"},
    ],
)
def test_request_that_meta_takes(body: dict[str, Any]) -> None:
    assert request_faults(body) == []


@pytest.mark.parametrize(
    "body",
    [
        text({}),
        text({"body": ""}),
        text({"body": "x" * 4097}),
        {**text({"body": "x"}), "to": None},
        {**text({"body": "x"}), "colour": "red"},
        buttons("A", "B", "C", "D"),
        buttons("x" * 21),
        buttons("A", "A"),
        interactive("button", buttons("A")["interactive"]["action"], body=None),
        interactive("button", buttons("A")["interactive"]["action"], body="x" * 1025),
        rows(*[{**ROW, "id": str(number)} for number in range(11)]),
        rows({**ROW, "title": "x" * 25}),
        rows({**ROW, "description": "x" * 73}),
        rows(ROW, ROW),
        rows(ROW, button="x" * 21),
        interactive("location_request_message", {"name": "send_money"}),
        template({"name": "come_back"}),
        {**BASE, "type": "smoke_signal"},
        {"messaging_product": "whatsapp", "status": "read"},
        [],
    ],
)
def test_request_that_meta_refuses(body: Any) -> None:
    assert request_faults(body) != []


def test_fake_whatsapp_refuses_what_meta_refuses() -> None:
    with FakeWhatsApp() as whatsapp:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{whatsapp.url}/{PHONE_ID}/messages"
        response = httpx.post(url, json=buttons("A", "B", "C", "D"), headers=headers)
        assert response.status_code == 400
        assert whatsapp.misshapen != []
        assert whatsapp.sent == []
