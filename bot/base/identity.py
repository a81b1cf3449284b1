"""Conversation ids: keyed hashes of channel and address, so that an id says nothing about the person."""

import hashlib
import hmac


class Identity:
    """Turns addresses into ids, with a secret of this installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def conversation(self, channel: str, address: str) -> str:
        """The id of the conversation with `address`: the channel, a hyphen and 40 hexadecimal digits."""
        return f"{channel}-{self.digest(f'{channel} {address}')}"

    def digest(self, text: str) -> str:
        """40 hexadecimal digits for `text`, which nobody without the secret can compute."""
        return hmac.digest(self._secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()[:40]
