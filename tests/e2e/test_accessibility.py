"""What axe finds on the page, in both directions of writing and both colour schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.test_chat_page import ask

QUESTIONS = {"en": "How do I get a travel permit?", "ar": "كيف أحصل على إذن السفر؟"}


@pytest.mark.parametrize("code", QUESTIONS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_no_violations(page: Page, code: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    empty = Axe().run(page)
    assert empty.violations_count == 0, empty.generate_report()
    ask(page, QUESTIONS[code])
    page.locator("#input").fill("x" * 1100)  # shows the warning about the length
    full = Axe().run(page)
    assert full.violations_count == 0, full.generate_report()
