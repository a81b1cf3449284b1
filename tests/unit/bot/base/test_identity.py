import hashlib
import hmac
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.base.conversation_keys import ConversationKeys
from bot.base.identity import Identity
from bot.base.secrets_file import open_secrets

SECRET = bytes(range(32))
ANY_TEXT = st.text(st.characters(exclude_categories=[]))  # with lone surrogates


def test_conversation_is_a_keyed_hash_of_channel_and_address() -> None:
    expected = hmac.new(SECRET, b"telegram 905551234567", hashlib.sha256).hexdigest()[:40]
    assert Identity(SECRET).conversation("telegram", "905551234567") == f"telegram-{expected}"


def test_conversation_of_another_channel_address_or_installation_is_another() -> None:
    digests = {
        Identity(secret).conversation(channel, address).partition("-")[2]
        for secret in (SECRET, bytes(32))
        for channel in ("telegram", "whatsapp")
        for address in ("1", "2", "12", "")
    }
    assert len(digests) == 16


@given(ANY_TEXT)
def test_conversation_with_any_address(address: str) -> None:
    found = Identity(SECRET).conversation("web", address)
    assert re.fullmatch("web-[0-9a-f]{40}", found)
    assert found == Identity(SECRET).conversation("web", address)


@given(ANY_TEXT, ANY_TEXT)
def test_digest_of_two_texts_is_the_same_only_for_the_same_text(one: str, other: str) -> None:
    identity = Identity(SECRET)
    assert (identity.digest(one) == identity.digest(other)) == (one == other)


def test_conversation_id_can_name_a_key_file(tmp_path: Path) -> None:
    secrets = open_secrets(tmp_path)
    keys = ConversationKeys(tmp_path / "keys", secrets.wrapping)
    assert keys.get_or_create(Identity(secrets.identity).conversation("whatsapp", "+90 555/../1"))
