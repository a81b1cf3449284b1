from bot.base.languages import languages
from bot.base.record import Message
from channels.web.events import shown

BUTTONS = [{"id": "b1", "title": "Person"}]


def test_shown_reply_of_the_bot(code: str) -> None:
    content: dict[str, object] = {"text": "Hi", "language": code, "buttons": BUTTONS}
    message = Message(id=7, sender="bot", client_id=None, content=content, decision={"facts": ["R01"]})
    assert shown(message) == {
        "id": 7,
        "from": "bot",
        "client_id": None,
        "text": "Hi",
        "language": code,
        "direction": languages()[code].direction,
        "buttons": BUTTONS,
    }


def test_shown_message_of_a_person() -> None:
    event = shown(Message(id=3, sender="person", client_id="c-1", content={"text": "سلام"}))
    assert (event["from"], event["client_id"], event["text"]) == ("person", "c-1", "سلام")
    assert (event["language"], event["direction"], event["buttons"]) == (None, "auto", [])


def test_shown_message_holds_nothing_that_is_internal() -> None:
    content: dict[str, object] = {"text": "Hi", "language": "en", "payload": "/secret"}
    event = shown(Message(id=1, sender="bot", conversation_id="web-1", content=content, decision={"a": 1}))
    assert "web-1" not in str(event)
    assert "secret" not in str(event)
