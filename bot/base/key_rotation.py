"""Changing the key that wraps all conversation keys."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import InvalidToken, MultiFernet

from bot.base.conversation_keys import LOCK, SHARES, has_shares, key_files_of
from bot.base.durable_file import erase, is_erased, locked, write
from bot.base.sealing import Unreadable
from bot.base.secrets_file import read_secrets, replace_secrets


@dataclass(frozen=True)
class Rotation:
    """What a rotation did. Old wrapping keys are dropped only where `unreadable` is empty."""

    rewrapped: int
    unreadable: tuple[Path, ...]  # key files that no wrapping key opens, left as they are


def rotate(
    secrets_file: Path, keys_directory: Path, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Rotation:
    """Wrap all conversation keys with a new key and drop the older ones. The service may run meanwhile.

    Can be killed and run again: every key stays readable. `progress` hears how many of how many shares of the
    keys are done. Raises SecretsUnusable, and OSError where a file is missing or cannot be written."""
    if not has_shares(keys_directory):
        # In a wrong directory we would find no keys and then drop what wraps the right ones.
        raise FileNotFoundError(
            f"expected a directory of conversation keys, got {keys_directory}: name the right one"
        )
    path = secrets_file.resolve()  # a link stays a link
    rewrapped, unreadable = 0, list[Path]()
    with locked(keys_directory / LOCK):  # one rotation at a time
        secrets = read_secrets(path).with_new_key()
        replace_secrets(path, secrets)
        for done, share in enumerate(SHARES, 1):
            for file in _listed(keys_directory / share):
                try:
                    rewrapped += _rewrap(file, secrets.wrapping())
                except Unreadable:
                    unreadable.append(file)
            progress(done, len(SHARES))
        if not unreadable:
            replace_secrets(path, secrets.with_newest_key_only())
    return Rotation(rewrapped, tuple(unreadable))


def _listed(share: Path) -> list[Path]:
    # Under the lock: one who is just creating a key may still wrap it with the old one, and is waited for.
    # All later ones read the new secrets.
    with locked(share / LOCK):
        return key_files_of(share)


def _rewrap(path: Path, wrapping: MultiFernet) -> bool:
    """Rewrap one key. False where it has been destroyed. Raises Unreadable."""
    # Under the lock: else a key that is destroyed between reading and writing would come back.
    with locked(path.parent / LOCK):
        try:
            wrapped = path.read_bytes()
            if is_erased(wrapped):
                erase(path)
                return False
            # The former bytes are not overwritten: without the old wrapping key they are worth nothing.
            write(path, wrapping.rotate(wrapped))
        except FileNotFoundError:
            return False
        except (InvalidToken, ValueError, IsADirectoryError):
            raise Unreadable(f"expected a wrapped conversation key in {path}") from None
    return True
