"""The web chat as a person uses it on a small phone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.base.languages import languages
from bot.base.texts import Texts
from tests.e2e.conftest import Watched

TEXTS = Texts()
QUESTION = "How do I get a travel permit?"
ARABIC = "كيف أحصل على إذن السفر؟"


def ask(page: Page, text: str) -> Locator:
    """Type and send; the bubble of the reply."""
    replies = page.locator(".entry.bot")
    number = replies.count()
    page.locator("#input").fill(text)
    page.locator("#send").click()
    expect(replies).to_have_count(number + 1)
    return replies.nth(number).locator(".bubble")


def bubbles(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()


def test_question_in_english_is_answered_left_to_right(page: Page) -> None:
    reply = ask(page, QUESTION)
    expect(reply).to_contain_text("e-Devlet")
    expect(reply).to_have_attribute("dir", "ltr")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator(".entry.person .bubble")).to_have_text(QUESTION)


def test_question_in_arabic_turns_the_page_right_to_left(page: Page) -> None:
    reply = ask(page, ARABIC)
    expect(reply).to_have_attribute("dir", "rtl")
    expect(reply).to_have_attribute("lang", "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page).to_have_title(TEXTS.get("ar", "web_title"))


def test_page_fits_the_small_screen(page: Page) -> None:
    for text in (QUESTION, ARABIC, "x" * 300):
        ask(page, text)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(page.locator("#send")).to_be_in_viewport()
        expect(page.locator(".danger")).to_be_in_viewport()


def test_press_on_a_related_question_shows_its_answer(page: Page) -> None:
    ask(page, QUESTION)
    page.get_by_role("button", name="For how many days can I get a travel permit?").click()
    expect(page.locator(".entry.bot")).to_have_count(2)
    expect(page.locator(".entry.person .bubble").nth(1)).to_have_text(
        "For how many days can I get a travel permit?"
    )


def test_language_of_the_picker_is_used_for_page_and_replies(page: Page) -> None:
    page.locator("#language").select_option("fa")
    expect(page.locator(".entry.bot .bubble")).to_have_text(TEXTS.get("fa", "utter_language_set"))
    expect(page.locator("html")).to_have_attribute("lang", "fa")
    expect(page.locator("#input")).to_have_attribute("placeholder", TEXTS.get("fa", "web_input_hint"))
    expect(ask(page, "thank you very much")).to_have_text(TEXTS.get("fa", "utter_thanks"))


def test_newcomer_is_offered_every_language_by_its_own_name(page: Page) -> None:
    offered = page.locator("#languages button")
    expect(offered.first).to_be_visible()
    assert offered.all_inner_texts() == [language.name for language in languages().values()]
    offered.get_by_text("Türkçe").click()
    expect(page.locator(".entry.bot .bubble")).to_have_text(TEXTS.get("tr", "utter_language_set"))
    expect(page.locator("#languages")).to_be_hidden()


@pytest.mark.options(locale="ar")
def test_browser_in_arabic_opens_the_page_in_arabic(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#input")).to_have_attribute("placeholder", TEXTS.get("ar", "web_input_hint"))


def test_keyboard_alone_writes_sends_and_presses(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#input")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".entry.bot")).to_have_count(1)
    expect(page.locator("#input")).to_be_focused()
    expect(page.locator("#input")).to_have_value("")
    page.get_by_role("button", name="This helped").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".entry.bot .bubble").nth(1)).to_have_text(TEXTS.get("en", "utter_feedback_helpful"))


def test_tab_reaches_everything_in_its_order(page: Page) -> None:
    ask(page, QUESTION)
    page.evaluate("document.activeElement.blur()")
    focus = (
        "document.activeElement.id || document.activeElement.className || document.activeElement.textContent"
    )
    page.locator(".skip").focus()
    reached = [page.evaluate(focus)]
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focus))
        if reached[-1] == "send":
            break
    buttons = page.locator(".choices.current button").all_inner_texts()
    assert reached[:3] == ["skip", "language", "danger"]
    assert [name for name in reached if name in buttons] == buttons
    assert reached[-2:] == ["input", "send"]


def test_line_break_with_shift_does_not_send(page: Page) -> None:
    page.locator("#input").fill("one")
    page.locator("#input").press("Shift+Enter")
    expect(page.locator("#input")).to_have_value("one\n")
    assert bubbles(page) == []


def test_reload_keeps_the_history_without_duplicates(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, "thank you very much")
    before = bubbles(page)
    page.reload()
    expect(page.locator(".bubble")).to_have_count(4)
    page.wait_for_timeout(500)  # a duplicate would come with the next events
    assert bubbles(page) == before


def test_two_pages_of_one_conversation_show_the_same(watched: Watched) -> None:
    first, second = watched.open(), watched.open()
    ask(first, QUESTION)
    expect(second.locator(".bubble")).to_have_count(2)
    ask(second, "thank you very much")
    expect(first.locator(".bubble")).to_have_count(4)
    assert bubbles(first) == bubbles(second)


def test_deleted_conversation_is_cleared_on_every_page(watched: Watched) -> None:
    first, second = watched.open(), watched.open()
    ask(first, QUESTION)
    ask(first, "delete my data")
    first.get_by_role("button", name="Yes, delete everything").click()
    for page in (first, second):
        expect(page.locator(".bubble")).to_have_count(1)
        assert bubbles(page) == [TEXTS.get("en", "utter_deleted")]


def test_typed_markup_is_shown_as_text(page: Page) -> None:
    markup = "<img src=x onerror=\"document.title='owned'\"><b>bold</b><script>alert(1)</script>"
    ask(page, markup)
    expect(page.locator(".entry.person .bubble")).to_have_text(markup)
    assert page.locator(".bubble img, .bubble b, .bubble script").count() == 0
    assert page.title() == TEXTS.get("en", "web_title")


def test_numbers_to_call_are_links_and_dates_are_not(page: Page) -> None:
    reply = ask(page, "I want to talk to a person")
    targets = [link.get_attribute("href") for link in reply.locator("a").all()]
    assert targets == ["tel:157", "tel:112"]
    assert page.locator(".danger").get_attribute("href") == "tel:112"


def _answered_once(page: Page, watched: Watched, text: str) -> None:
    """`text`, the second message, got one answer, on the page and in the record."""
    expect(page.locator(".entry.bot")).to_have_count(2, timeout=120_000)
    expect(page.locator(".entry.waiting")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("")
    assert bubbles(page)[2:] == [text, TEXTS.get("en", "utter_thanks")]
    [cookie] = [cookie for cookie in watched.context.cookies() if cookie.get("name") == "merhaba"]
    id = watched.stack.identity.conversation("web", str(cookie.get("value")))
    query = "select sender from message where conversation_id = ? order by id"
    assert [row[0] for row in watched.stack.rows(query, id)] == ["person", "bot"] * 2


@pytest.mark.stack_down
@pytest.mark.parametrize("part", ["service", "gateway"])
def test_message_sent_while_a_part_is_down_is_answered_exactly_once(watched: Watched, part: str) -> None:
    page, text = watched.open(), "thank you very much"
    ask(page, QUESTION)
    killed = watched.stack.children()[part]
    killed.kill()
    page.locator("#input").fill(text)
    page.locator("#send").click()
    expect(page.locator(".entry.waiting .bubble")).to_have_text(text)
    if part == "gateway":
        expect(page.locator("#status")).to_have_text(TEXTS.get("en", "web_offline"))
    _answered_once(page, watched, text)
