"""Small secret files: whole after a power cut, for their owner only, overwritten before they go."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ERASED = b"-"  # fills an erased file; nothing that we write consists of it alone


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock file `path`, made when missing; waits for other processes and threads.

    Several may hold it `shared`. The kernel lets go of it when the process dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, durably. If we are killed, the former file or the new one is there, whole.

    The caller holds a lock, because the temporary file has a fixed name. That name lets `erase` find what a
    killed writer left."""
    temporary = _temporary(path)
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_directory(path.parent)


def write_over(path: Path, content: bytes) -> None:
    """Like `write`, and then overwrite the bytes of the former file, which must exist."""
    with path.open("r+b") as former:
        write(path, content)
        _overwrite(former.fileno())


def erase(path: Path) -> None:
    """Overwrite and remove the file at `path` and what a killed `write` left beside it, durably.

    Nothing happens to a file that is not there. The caller holds a lock."""
    for one in (path, _temporary(path)):
        if one.exists():
            with one.open("r+b") as file:
                _overwrite(file.fileno())
            one.unlink()
    sync_directory(path.parent)


def is_erased(content: bytes) -> bool:
    """Whether this is a file that was overwritten, and whose eraser was killed before removing it."""
    return content != b"" and content.strip(_ERASED) == b""


def sync_directory(directory: Path) -> None:
    """Make new, changed and removed names in `directory` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _overwrite(descriptor: int) -> None:
    os.pwrite(descriptor, _ERASED * os.fstat(descriptor).st_size, 0)
    os.fsync(descriptor)
