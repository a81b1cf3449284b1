"""The installation's own secrets: what makes conversation ids, and the keys that wrap conversation keys."""

import base64
import binascii
import os
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.base.conversation_keys import has_shares, key_files, make_shares
from bot.base.durable_file import locked, write, write_over

NAME = "secrets.json"
KEYS = "keys"  # directory of the conversation keys, beside it
_IDENTITY_BYTES = 32
_TRIES = 3  # of reading: a rotation replaces the file and overwrites the one that we may have open


class SecretsUnusable(RuntimeError):
    """The secrets file is missing or damaged. Says what was expected and what to do, never what is in it."""


class Secrets(BaseModel):
    """What the file holds: `{"identity": "<32 bytes in base64>", "keys": ["<newest>", "<older>"]}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    identity: str = Field(repr=False)
    keys: tuple[str, ...] = Field(min_length=1, repr=False)  # Fernet keys

    @field_validator("identity")
    @classmethod
    def _identity(cls, value: str) -> str:
        if len(_decoded(value)) != _IDENTITY_BYTES:
            raise ValueError("expected 32 bytes in base64")
        return value

    @field_validator("keys")
    @classmethod
    def _keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            Fernet(key)
        return value

    def with_new_key(self) -> "Secrets":
        """These secrets with one more key in front, which wraps from now on."""
        return Secrets(identity=self.identity, keys=(_new_key(), *self.keys))

    def with_newest_key_only(self) -> "Secrets":
        """These secrets without all older keys."""
        return Secrets(identity=self.identity, keys=self.keys[:1])

    def wrapping(self) -> MultiFernet:
        """Encrypts with the newest key, decrypts with all."""
        return MultiFernet([Fernet(key) for key in self.keys])


class SecretsFile:
    """The secrets at `path`, looked at again by each call, so that a running service follows a rotation.

    Raises SecretsUnusable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        content, secrets = _read(path)
        self.identity = _decoded(secrets.identity)
        self._known = content, secrets.wrapping()  # one value, so that threads never mix old and new

    def wrapping(self) -> MultiFernet:
        """The wrapping keys as they are now."""
        known, wrapping = self._known
        if _content(self._path) != known:
            content, secrets = _read(self._path)
            wrapping = secrets.wrapping()
            self._known = content, wrapping
        return wrapping


def open_secrets(data: Path, given: Path | None = None) -> SecretsFile:
    """The secrets at `given`, which must exist, else those in the data directory, made at the first start.

    Raises SecretsUnusable. Never makes new secrets for old keys, or a new keys directory for old secrets."""
    path = given or data / NAME
    if given is None:
        data.mkdir(parents=True, exist_ok=True)
        with locked(data / "secrets.lock"):
            if not path.exists():
                _create(path, data / KEYS)
    opened = SecretsFile(path)
    if not has_shares(data / KEYS):
        # Such as a disk that is not mounted. Going on would look as if all people had asked to be forgotten.
        raise SecretsUnusable(
            f"expected in {data / KEYS} the conversation keys that belong to {path}; got no such directory. "
            "Put it back. If it is lost, so is what was said: remove the secrets file too, to begin anew"
        )
    return opened


def read_secrets(path: Path) -> Secrets:
    """The secrets at `path`. Raises SecretsUnusable."""
    return _read(path)[1]


def replace_secrets(path: Path, secrets: Secrets) -> None:
    """Put `secrets` in place of those at `path` and overwrite the former bytes. The caller holds a lock."""
    write_over(path, secrets.model_dump_json().encode())


def _create(path: Path, keys_directory: Path) -> None:
    if next(key_files(keys_directory), None) is not None:
        raise _unusable(path, "no such file, although there are conversation keys")
    make_shares(keys_directory)
    identity = base64.b64encode(os.urandom(_IDENTITY_BYTES)).decode()
    write(path, Secrets(identity=identity, keys=(_new_key(),)).model_dump_json().encode())


def _read(path: Path) -> tuple[bytes, Secrets]:
    why = ""
    for _ in range(_TRIES):
        content = _content(path)
        try:
            return content, Secrets.model_validate_json(content)
        except ValidationError as error:
            why = error.errors()[0]["msg"]
    raise _unusable(path, why)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or "not readable"
    raise _unusable(path, why)


def _unusable(path: Path, why: str) -> SecretsUnusable:
    return SecretsUnusable(
        f"expected in {path} a JSON object with identity (32 bytes in base64) and keys (Fernet keys, the "
        f"newest first); got: {why}. Without the secrets of this installation all stored conversations stay "
        "unreadable: put your copy of the file back, readable by the user who runs the service"
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("expected base64") from None


def _new_key() -> str:
    return Fernet.generate_key().decode()
