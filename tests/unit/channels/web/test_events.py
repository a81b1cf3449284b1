from bot.base.languages import languages
from bot.pipeline.stored import StoredMessage
from channels.web.events import shown

BUTTONS = [{"id": "b1", "title": "Person"}]


def message(sender: str = "bot", **more: object) -> StoredMessage:
    given: dict[str, object] = {"id": 7, "conversation_id": "web-1", "client_id": None, "text": "Hi"}
    return StoredMessage(sender=sender, **{**given, **more})  # type: ignore[arg-type]


def test_shown_reply_of_the_bot(code: str) -> None:
    reply = message(language=code, heard_language="ar", buttons=BUTTONS, decision={"facts": ["R01"]})
    assert shown(reply) == {
        "id": 7,
        "from": "bot",
        "client_id": None,
        "text": "Hi",
        "language": code,
        "direction": languages()[code].direction,
        "buttons": BUTTONS,
    }


def test_shown_message_of_a_person() -> None:
    event = shown(message("person", client_id="c-1", text="سلام"))
    assert (event["from"], event["client_id"], event["text"]) == ("person", "c-1", "سلام")
    assert (event["language"], event["direction"], event["buttons"]) == (None, "auto", [])


def test_shown_message_holds_nothing_that_is_internal() -> None:
    event = shown(message(decision={"entry": "secret"}, interim=True))
    assert "web-1" not in str(event)
    assert "secret" not in str(event)
    assert "interim" not in str(event)
