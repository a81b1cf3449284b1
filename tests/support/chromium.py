"""The Chromium of the system, without anything that would call other hosts."""

import os
import shutil
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = (
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
    "disable-dev-shm-usage",
)


def chromium() -> dict[str, Any]:
    """Arguments that let Playwright start it; skips the test where there is none."""
    found = (shutil.which(name) for name in _NAMES)
    path = os.environ.get("MERHABA_CHROMIUM") or next((path for path in found if path), None)
    if path is None:
        message = f"browser tests need one of {', '.join(_NAMES)}, or MERHABA_CHROMIUM"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    return {"executable_path": path, "args": [f"--{switch}" for switch in _SWITCHES]}
