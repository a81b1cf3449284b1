import pytest
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.pipeline.channel import Outgoing, ShownButton
from channels.telegram.keyboards import keyboard


def rows(*titles: str) -> list[list[str]]:
    buttons = tuple(ShownButton(id=f"b{number}", title=title) for number, title in enumerate(titles))
    shown = keyboard(Outgoing(text="a", language="en", buttons=buttons), "share")
    assert isinstance(shown, InlineKeyboardMarkup)
    assert [button.callback_data for row in shown.inline_keyboard for button in row] == [
        button.id for button in buttons
    ]
    return [[button.text for button in row] for row in shown.inline_keyboard]


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["English", "Türkçe", "العربية", "فارسی"], [["English", "Türkçe", "العربية"], ["فارسی"]]),
        (["Yes", "No"], [["Yes", "No"]]),
        (["Yes, this helped", "No, it did not"], [["Yes, this helped", "No, it did not"]]),
        (["Yes", "Talk to a person in my language"], [["Yes"], ["Talk to a person in my language"]]),
        (["x" * 64], [["x" * 64]]),
    ],
)
def test_keyboard_short_titles_share_a_row(titles: list[str], expected: list[list[str]]) -> None:
    assert rows(*titles) == expected


def test_keyboard_with_button_for_the_place() -> None:
    asking = Outgoing(text="a", language="en", asks_for_location=True)
    shown = keyboard(asking, "Share my place")
    assert isinstance(shown, ReplyKeyboardMarkup)
    ((button,),) = shown.keyboard
    assert (button.text, button.request_location, shown.one_time_keyboard) == ("Share my place", True, True)
    named = keyboard(asking.model_copy(update={"location_title": "Here I am"}), "Share my place")
    assert isinstance(named, ReplyKeyboardMarkup)
    assert named.keyboard[0][0].text == "Here I am"


def test_keyboard_of_plain_text_takes_away_the_button_for_the_place() -> None:
    assert isinstance(keyboard(Outgoing(text="a", language="en"), "share"), ReplyKeyboardRemove)


def test_keyboard_with_both_shows_the_buttons() -> None:
    both = Outgoing(
        text="a", language="en", buttons=(ShownButton(id="b", title="B"),), asks_for_location=True
    )
    assert isinstance(keyboard(both, "share"), InlineKeyboardMarkup)


@pytest.mark.parametrize(("id", "size"), [("", 0), ("x" * 65, 65), ("é" * 33, 66)])
def test_keyboard_with_bad_id_says_what_fits(id: str, size: int) -> None:
    button = ShownButton(id=id, title="B")
    with pytest.raises(ValueError, match=f"expected a button id of 1 to 64 bytes, got {size};"):
        keyboard(Outgoing(text="a", language="en", buttons=(button,)), "share")
    longest = ShownButton(id="x" * 64, title="B")
    assert keyboard(Outgoing(text="a", language="en", buttons=(longest,)), "share")
