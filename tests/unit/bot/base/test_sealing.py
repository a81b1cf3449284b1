import base64
import json
import traceback

import pytest
from cryptography.fernet import Fernet
from hypothesis import example, given
from hypothesis import strategies as st

from bot.base.sealing import Sealer, Unreadable

KEY = Fernet.generate_key()
ANY_TEXT = st.text(st.characters(exclude_categories=[]))  # with lone surrogates


@given(ANY_TEXT)
@example("")
@example("\x00")
@example("Ich brauche Hilfe \U0001f198 نەخۆشخانە")
@example("lone \ud800 surrogate")
@example("\ud83d\ude00")  # two halves, which must not become one character
@example("x" * 100_000)
@example(json.dumps({"text": "\udfff", "number": 2**63}))
@example("[" * 100_000)
def test_open_gives_the_text_that_was_sealed(text: str) -> None:
    assert Sealer(KEY).open(Sealer(KEY).seal(text)) == text


@given(st.text(min_size=4))
def test_seal_gives_ascii_that_does_not_hold_the_text(text: str) -> None:
    token = Sealer(KEY).seal(text)
    assert token.isascii()
    assert text.encode() not in base64.urlsafe_b64decode(token)
    assert len(token) <= 1.4 * len(text.encode()) + 110


def test_seal_of_the_same_text_differs_each_time() -> None:
    assert Sealer(KEY).seal("hello") != Sealer(KEY).seal("hello")


@given(st.data())
def test_open_with_one_bit_changed(data: st.DataObject) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(Sealer(KEY).seal("my address is secret")))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        Sealer(KEY).open(base64.urlsafe_b64encode(sealed).decode())


@given(ANY_TEXT)
@example("gAAAAA==")
@example("gAAAAABx")
@example("é")
@example("A" * 1_000_001)
def test_open_of_anything_else(token: str) -> None:
    with pytest.raises(Unreadable):
        Sealer(KEY).open(token)


@pytest.mark.parametrize(
    ("key", "content"),
    [
        (Fernet.generate_key(), b"my secret"),  # another conversation's
        (KEY, b"my secret \xff"),  # opened, but not a text: the decoder's exception holds all of it
    ],
)
def test_unreadable_carries_nothing_of_the_content(key: bytes, content: bytes) -> None:
    token = Fernet(key).encrypt(content).decode()
    with pytest.raises(Unreadable) as caught:
        Sealer(KEY).open(token)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    printed = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "my secret" not in printed
    assert token not in printed
