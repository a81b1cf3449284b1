"""The logs of the parts: short enough for the disk, and what a part does now."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

LIMIT = 5_000_000  # bytes of one file
KEPT = 3  # older files of a log; name.1 is the newest


def rotate_if_long(log: Path) -> None:
    """Move the content of a long log to older files. Never fails: without room on the disk it is lost.

    The program keeps its file open, so the content is copied and the file emptied. The program must append;
    what it writes just between the two is lost."""
    with suppress(OSError):
        if log.stat().st_size < LIMIT:
            return
        try:
            for number in range(KEPT, 1, -1):
                with suppress(FileNotFoundError):
                    _older(log, number - 1).replace(_older(log, number))
            shutil.copyfile(log, _older(log, 1))
        finally:
            os.truncate(log, 0)


def _older(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


def last_line(log: Path) -> str:
    """The last line of a log, to show what a part is doing."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 400))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:100] if lines else ""
