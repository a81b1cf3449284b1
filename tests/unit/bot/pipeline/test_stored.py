import pytest

from bot.base.conversation_keys import ConversationKeys
from bot.base.record import Message
from bot.pipeline.stored import seal, stored

A = "web-a"


def row(content: str) -> Message:
    return Message(id=1, conversation_id=A, sender="bot", content=content, interim=False)


@pytest.mark.parametrize("text", ["", "سلام", "a\x00b", "{", '{"text": "x"}', "\ud83d alone", "x" * 100_000])
def test_content_comes_back_as_it_was(keys: ConversationKeys, text: str) -> None:
    content = {
        "text": text,
        "language": "fa",
        "heard_language": "ar",
        "buttons": [{"id": "1", "title": text}],
    }
    sealed = seal(keys, A, content)
    assert sealed.isascii()
    assert "text" not in sealed
    message = stored(keys, row(sealed))
    assert (message.text, message.language, message.heard_language) == (text, "fa", "ar")
    assert message.buttons == [{"id": "1", "title": text}]


def test_content_of_a_version_that_did_not_seal_is_read(keys: ConversationKeys) -> None:
    old = row('{"text": "Hello", "language": "en", "buttons": [{"id": "b", "title": "Topics"}]}')
    message = stored(keys, old)
    assert (message.text, message.language, message.asks_for_location) == ("Hello", "en", False)
    assert message.buttons == [{"id": "b", "title": "Topics"}]
    assert keys.find(A) is None


@pytest.mark.parametrize("damaged", ["", "gAAAAA", "not sealed at all", "\ufffd"])
def test_content_that_cannot_be_opened_is_empty(keys: ConversationKeys, damaged: str) -> None:
    keys.get_or_create(A)
    assert stored(keys, row(damaged)).text == ""


def test_content_sealed_for_another_conversation_is_empty(keys: ConversationKeys) -> None:
    keys.get_or_create(A)
    assert stored(keys, row(seal(keys, "web-b", {"text": "secret"}))).text == ""
