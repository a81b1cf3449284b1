"""A real Chromium in front of the running stack, at the size of a small phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.support.chromium import chromium
from tests.support.stack import Stack

PATIENCE = 20_000  # milliseconds


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Chromium of the system, without anything that would call other hosts."""
    return chromium()


class Watched:
    """Pages of one person's browser. What they did wrong is found at the end of the test."""

    def __init__(self, context: BrowserContext, stack: Stack) -> None:
        self.context = context
        self.stack = stack
        self.foreign: list[str] = []
        self.errors: list[str] = []

    def open(self) -> Page:
        """A new page with the chat, ready to write."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", self._requested)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.goto(self.stack.public_url + "/chat")
        page.locator("#input[placeholder]").wait_for()
        return page

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.stack.public_url + "/", "data:", "blob:")):
            self.foreign.append(request.url)


@pytest.fixture
def watched(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh browser profile; marker `options` adds settings to it. No page may call another host or
    report an error, except while the stack is down on purpose (marker `stack_down`)."""
    marker = request.node.get_closest_marker("options")
    settings = {
        "viewport": {"width": 360, "height": 640},
        "locale": "en-GB",
        **(marker.kwargs if marker else {}),
    }
    context = browser.new_context(**settings)
    found = Watched(context, stack)
    yield found
    context.close()
    assert found.foreign == []
    if request.node.get_closest_marker("stack_down") is None:
        assert found.errors == []


@pytest.fixture
def page(watched: Watched) -> Page:
    """The chat, just opened by a new person."""
    return watched.open()


def pytest_configure(config: pytest.Config) -> None:
    """Names of the markers that these tests use."""
    config.addinivalue_line("markers", "options(**settings): settings of the browser profile")
    config.addinivalue_line("markers", "stack_down: the test stops a part of the stack on purpose")
