from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.base.texts import Texts
from bot.pipeline.channel import Capabilities, Outgoing, ShownButton
from bot.pipeline.rendering import render
from bot.pipeline.split_text import length

WHATSAPP = Capabilities(
    text_limit=300,
    text_limit_with_buttons=120,
    buttons=3,
    button_title=20,
    list_rows=10,
    list_row_title=24,
    list_row_description=72,
    asks_for_location=True,
)
TELEGRAM = Capabilities(
    text_limit=300, text_limit_with_buttons=300, buttons=12, button_title=64, asks_for_location=True
)
PLAIN = Capabilities(text_limit=300, text_limit_with_buttons=300, buttons=0, button_title=0)
ALL = {"whatsapp": WHATSAPP, "telegram": TELEGRAM, "plain": PLAIN}

TITLES = st.text("ab cd أب 😀.", min_size=1, max_size=150).filter(str.strip) | st.sampled_from(["Yes", "No"])
TEXTS = st.lists(st.sampled_from(["One sentence. ", "كلمة ", "\n\n", "😀"]), max_size=80).map("".join)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    directory = tmp_path_factory.mktemp("texts")
    (directory / "en.yml").write_text("button_choose: Choose\nbutton_share_location: Send my location\n")
    (directory / "tr.yml").write_text("button_choose: Listeden birini seçin lütfen\n")
    return Texts(Path(directory))


def buttons_of(*titles: str) -> list[ShownButton]:
    return [ShownButton(id=f"b{number}", title=title) for number, title in enumerate(titles)]


def check_limits(message: Outgoing, can: Capabilities) -> None:
    has_buttons = bool(message.buttons) or message.asks_for_location
    assert message.text.strip()
    assert length(message.text) <= (can.text_limit_with_buttons if has_buttons else can.text_limit)
    assert len({button.title for button in message.buttons}) == len(message.buttons)
    assert not (message.buttons and message.asks_for_location)
    assert length(message.list_title) <= can.button_title
    assert len(message.buttons) <= (can.list_rows if message.list_title else can.buttons)
    for button in message.buttons:
        assert button.title.strip()
        assert length(button.title) <= (can.list_row_title if message.list_title else can.button_title)
        assert length(button.description) <= (can.list_row_description if message.list_title else 0)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(TITLES, max_size=25), st.sampled_from(list(ALL)), st.booleans())
@example("", ["Yes"], "plain", True)
@example("Hello", ["Same title"] * 3, "whatsapp", True)
@example("Hello", ["Same title"] * 3, "telegram", False)
@example("Hello", ["The same long beginning of this"] * 12, "whatsapp", False)
def test_render_of_anything_loses_nothing(
    words: Texts, text: str, titles: list[str], platform: str, ask: bool
) -> None:
    can = ALL[platform]
    buttons = buttons_of(*titles)
    messages = render(text, "en", buttons, can, words, ask_location=ask)
    for message in messages:
        check_limits(message, can)
    shown = [button for message in messages for button in message.buttons]
    assert [button.id for button in shown] == ([button.id for button in buttons] if can.buttons else [])
    said = "".join("".join(message.text for message in messages).split())
    assert said.startswith("".join(text.split()))
    for number, title in enumerate(titles):
        own = shown[number : number + 1]
        everything = [said, *["".join((item.title + item.description).split()) for item in own]]
        assert any("".join(title.split()) in place for place in everything)
    asking = [message for message in messages if message.asks_for_location]
    assert len(asking) == (ask and can.asks_for_location)
    assert asking in ([], messages[-1:])


def test_render_of_a_plain_text(words: Texts) -> None:
    assert render("Hello", "en", [], WHATSAPP, words) == [Outgoing(text="Hello", language="en")]


def test_render_of_nothing(words: Texts) -> None:
    assert render(" \n", "en", [], WHATSAPP, words) == []


def test_render_puts_few_buttons_under_the_last_piece(words: Texts) -> None:
    text = "First paragraph. " * 10 + "\n\n" + "The end."
    messages = render(text, "en", buttons_of("Yes", "No"), WHATSAPP, words)
    assert [message.buttons for message in messages] == [(), tuple(buttons_of("Yes", "No"))]
    assert messages[1].text.endswith("The end.")
    assert messages[1].list_title == ""


def test_render_of_four_buttons_opens_a_list(words: Texts) -> None:
    (message,) = render("Which?", "en", buttons_of("A", "B", "C", "D"), WHATSAPP, words)
    assert message.list_title == "Choose"
    assert message.buttons == tuple(buttons_of("A", "B", "C", "D"))


def test_render_of_a_long_list_title(words: Texts) -> None:
    (message,) = render("Hangisi?", "tr", buttons_of("A", "B", "C", "D"), WHATSAPP, words)
    assert message.list_title == "Listeden birini…"


def test_render_of_a_title_with_room_in_the_description(words: Texts) -> None:
    title = "How do I get a travel permit?"
    (message,) = render("Which?", "en", buttons_of("Yes", title), WHATSAPP, words)
    assert message.text == "Which?"
    assert message.list_title == "Choose"
    assert [(button.title, button.description) for button in message.buttons] == [
        ("Yes", ""),
        ("How do I get a travel…", title),
    ]


def test_render_of_a_title_that_fits_nowhere(words: Texts) -> None:
    title = "How do I get a travel permit for my family " + "and relatives " * 3
    (message,) = render("Which?", "en", buttons_of("Yes", title), WHATSAPP, words)
    assert message.text == f"Which?\n\n1. Yes\n2. {title.strip()}"
    assert [button.title for button in message.buttons] == ["1. Yes", "2. How do I get a…"]
    assert message.buttons[0].description == ""
    assert message.buttons[1].description.startswith("How do I get a travel permit for my family")


def test_render_of_more_buttons_than_a_list_has_rows(words: Texts) -> None:
    buttons = buttons_of(*[f"Choice {number}" for number in range(25)])
    messages = render("Which?", "en", buttons, WHATSAPP, words)
    assert [len(message.buttons) for message in messages] == [10, 10, 5]
    assert [message.text for message in messages] == ["Which?", "Choose", "Choose"]
    assert {message.list_title for message in messages} == {"Choose"}


def test_render_of_more_buttons_than_fit_without_lists(words: Texts) -> None:
    buttons = buttons_of(*[f"Choice {number}" for number in range(25)])
    messages = render("Which?", "en", buttons, TELEGRAM, words)
    assert [len(message.buttons) for message in messages] == [12, 12, 1]
    assert {message.list_title for message in messages} == {""}


def test_render_without_any_buttons_numbers_the_choices(words: Texts) -> None:
    (message,) = render("Which?", "en", buttons_of("Health", "Work"), PLAIN, words)
    assert message.text == "Which?\n\n1. Health\n2. Work"
    assert message.buttons == ()


def test_render_keeps_a_description(words: Texts) -> None:
    button = ShownButton(id="b", title="Health", description="Doctors and hospitals")
    (in_list,) = render("Which?", "en", [button], WHATSAPP, words)
    (numbered,) = render("Which?", "en", [button], PLAIN, words)
    assert in_list.buttons == (button,)
    assert numbered.text == "Which?\n\n1. Health – Doctors and hospitals"


def test_render_asks_for_the_place_under_the_text(words: Texts) -> None:
    (message,) = render("Where are you?", "en", [], WHATSAPP, words, ask_location=True)
    assert message.asks_for_location
    assert (message.text, message.location_title) == ("Where are you?", "Send my location")


def test_render_asks_for_the_place_after_buttons(words: Texts) -> None:
    messages = render("Where?", "en", buttons_of("Ankara"), WHATSAPP, words, ask_location=True)
    assert [message.asks_for_location for message in messages] == [False, True]
    assert messages[1].text == "Send my location"


def test_render_where_the_place_cannot_be_asked_for(words: Texts) -> None:
    assert render("Where?", "en", [], PLAIN, words, ask_location=True) == [
        Outgoing(text="Where?", language="en")
    ]
