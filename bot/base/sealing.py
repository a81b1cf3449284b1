"""Encrypting what people say with the key of their conversation."""

from cryptography.fernet import Fernet, InvalidToken


class Unreadable(Exception):
    """Something sealed cannot be opened: another key, or damaged. Says nothing about the content."""


def new_key() -> bytes:
    """A key for one conversation."""
    return Fernet.generate_key()


class Sealer:
    """Seals and opens texts of one conversation.

    Get a new one for each message: one that is kept still works after the key was destroyed."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    def seal(self, text: str) -> str:
        """A Fernet token, ASCII, about 1.4 times the bytes of `text` plus 100. Takes any string.

        The token shows the length of the text and the second of sealing to everybody."""
        # Lone surrogates are no UTF-8, but a platform's JSON can hold them: they come back as they were.
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def open(self, token: str) -> str:
        """The text of a token made by `seal` with the same key. Raises Unreadable for anything else."""
        text = self._try(token)
        # Raised outside of `except`, so that no exception that holds the text hangs on to this one.
        if text is None:
            raise Unreadable("expected a text that was sealed with this conversation's key")
        return text

    def _try(self, token: str) -> str | None:
        try:
            return self._fernet.decrypt(token).decode("utf-8", "surrogatepass")
        except (InvalidToken, ValueError):
            return None
