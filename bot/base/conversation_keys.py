"""The key of every conversation, in a small file. Destroying it makes what was said unreadable everywhere.

A file holds the key wrapped, that is encrypted, by the installation's key. See docs/keys.md."""

import math
import re
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

from cryptography.fernet import InvalidToken, MultiFernet

from bot.base.durable_file import erase, is_erased, locked, sync_directory, write
from bot.base.sealing import Sealer, Unreadable, new_key

SHARES = tuple(f"{number:02x}" for number in range(256))
LOCK = ".lock"  # in every share; no conversation id holds a dot
_SAFE = re.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}")
_TRIED = 10  # keys that are tried at the start


class ConversationKeys:
    """Keys in `<directory>/<two hexadecimal digits>/<conversation id>`, for any number of processes.

    `wrapping` gives the installation's keys as they are now. It is asked each time while a lock is held, so
    that a running service never wraps a new key with an old one that a rotation is about to drop.
    What it raises, SecretsUnusable for one, comes through all methods but `destroy`.
    Conversation ids hold letters, digits and hyphens, at most 100; others raise ValueError.
    Nothing is remembered between calls: a key that another process destroyed is gone here as well."""

    def __init__(self, directory: Path, wrapping: Callable[[], MultiFernet]) -> None:
        self._directory = directory
        self._wrapping = wrapping
        make_shares(directory)

    def find(self, conversation_id: str) -> Sealer | None:
        """The sealer of a conversation; None where it has no key, or none any more.

        Raises Unreadable where there is a key file that the installation's keys do not open."""
        path = self._path(conversation_id)
        # The shared lock waits for one who is creating this key until it is durable.
        with locked(path.parent / LOCK, shared=True):
            return self._read(path)

    def get_or_create(self, conversation_id: str) -> Sealer:
        """The sealer of a conversation. A new key is durable before this returns: one to ten milliseconds.

        Raises Unreadable like `find`: a damaged key file is never replaced."""
        return self.find(conversation_id) or self._create(self._path(conversation_id))

    def destroy(self, conversation_id: str) -> None:
        """Overwrite and remove the key, durably. Can be repeated."""
        path = self._path(conversation_id)
        with locked(path.parent / LOCK):
            erase(path)

    def replace(self, conversation_id: str, key: bytes) -> None:
        """Overwrite and remove the key, and put `key` in its place, durably. Can be repeated.

        If we are killed in between there is no key, which is the safe side."""
        path = self._path(conversation_id)
        with locked(path.parent / LOCK):
            erase(path)
            write(path, self._wrapping().encrypt(key))

    def older_than(self, days: int) -> list[str]:
        """Conversations whose key was written more than that many days ago."""
        border = time.time() - days * 24 * 3600
        return [path.name for path in key_files(self._directory) if _written(path) < border]

    def check(self) -> None:
        """Raise Unreadable where there are keys but none of the first ones opens, as with wrong secrets."""
        ids = [path.name for path in islice(key_files(self._directory), _TRIED)]
        if ids and not any(self._opens(one) for one in ids):
            raise Unreadable(
                f"expected the secrets that wrapped the keys in {self._directory}; got others: none of "
                f"{len(ids)} keys opens. Put back the secrets file that belongs to this data"
            )

    def _create(self, path: Path) -> Sealer:
        with locked(path.parent / LOCK):
            other = self._read(path)  # another process may have been faster
            if other is not None:
                return other
            key = new_key()
            write(path, self._wrapping().encrypt(key))
            return Sealer(key)

    def _read(self, path: Path) -> Sealer | None:
        try:
            wrapped = path.read_bytes()
        except FileNotFoundError:
            return None
        if is_erased(wrapped):
            return None
        try:
            return Sealer(self._wrapping().decrypt(wrapped))
        except (InvalidToken, ValueError):
            raise Unreadable(
                "expected a conversation key wrapped by a key of the secrets file: restore either file"
            ) from None

    def _opens(self, conversation_id: str) -> bool:
        try:
            self.find(conversation_id)
        except Unreadable:
            return False
        return True

    def _path(self, conversation_id: str) -> Path:
        if not _SAFE.fullmatch(conversation_id):
            # Not quoted: a wrong id may well be an address.
            raise ValueError("expected a conversation id of at most 100 letters, digits and hyphens")
        share = sha256(conversation_id.encode()).hexdigest()[:2]
        return self._directory / share / conversation_id


def make_shares(directory: Path) -> None:
    """Make the directory of keys with its shares, durably, where they are missing."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for share in SHARES:
        (directory / share).mkdir(mode=0o700, exist_ok=True)
    sync_directory(directory)
    sync_directory(directory.parent)


def has_shares(directory: Path) -> bool:
    """Whether `directory` is one of keys, even of none so far."""
    return (directory / SHARES[-1]).is_dir()


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # destroyed meanwhile
        return math.inf


def key_files(directory: Path) -> Iterator[Path]:
    """Files of all conversation keys; none where there is no such directory."""
    for share in SHARES:
        yield from key_files_of(directory / share)


def key_files_of(share: Path) -> list[Path]:
    """Files of the conversation keys in one share."""
    return [path for path in sorted(share.glob("*")) if _SAFE.fullmatch(path.name)]
