"""The page of the web chat when its network is over a limit: it says so, and recovers by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.app.streams import Streams
from bot.base.texts import Texts
from channels.web import limits
from tests.support.chromium import chromium
from tests.support.gateway import running_gateway

TEXTS = Texts()
MINUTE = 6.0  # seconds
RECOVERS = 30_000  # milliseconds; the page's longest pause is 15 s


@pytest.fixture
async def chrome() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(**chromium())
        yield started
        await started.close()


async def opened(chrome: Browser, port: int) -> Page:
    """The page in a browser of its own."""
    page = await chrome.new_page(locale="en-GB")
    await page.goto(f"http://127.0.0.1:{port}/chat")
    await page.locator("#input[placeholder]").wait_for()
    return page


async def test_page_sends_what_was_over_the_limit_of_posts(
    chrome: Browser, tmp_path: Path, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_MINUTE", MINUTE)
    monkeypatch.setattr(limits, "_SPREAD", 1)
    answers: list[int] = []
    async with running_gateway(tmp_path / "data", streams, posts_per_minute_and_address=2) as port:
        page = await opened(chrome, port)
        page.on(
            "response", lambda answer: answers.append(answer.status) if "messages" in answer.url else None
        )
        for text in ("one", "two", "three"):
            await page.locator("#input").fill(text)
            await page.locator("#send").click()
        await expect(page.locator("#status")).to_have_text(TEXTS.get("en", "web_rate_limited"))
        await expect(page.locator("#status")).to_have_text("", timeout=RECOVERS)
    assert answers == [202, 202, 429, 202]


async def test_page_connects_when_another_page_was_closed(
    chrome: Browser, tmp_path: Path, streams: Streams
) -> None:
    async with running_gateway(tmp_path / "data", streams, streams_per_address=1) as port:
        first = await opened(chrome, port)
        await expect(first.locator("#status")).to_have_text("")
        second = await opened(chrome, port)
        await expect(second.locator("#status")).to_have_text(TEXTS.get("en", "web_offline"))
        await first.close()
        await expect(second.locator("#status")).to_have_text("", timeout=RECOVERS)
