"""Buttons as Telegram shows them."""

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.pipeline.channel import Outgoing, ShownButton

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

_ID_BYTES = 64
_ROW = 36  # characters of all titles in one row that a small phone shows whole
_ROW_BUTTONS = 3


def keyboard(outgoing: Outgoing, share_location: str) -> Keyboard:
    """Buttons under the text, or one that shares the place and is named `share_location`, or neither.

    A message has room for one of them; buttons win, because a place can also be sent without one. What has
    neither takes away the button for the place, which would otherwise stay after its use.
    Raises ValueError when the id of a button is empty or longer than 64 bytes."""
    if outgoing.buttons:
        return InlineKeyboardMarkup(_rows(outgoing.buttons))
    if outgoing.asks_for_location:
        button = KeyboardButton(outgoing.location_title or share_location, request_location=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove()


def _rows(buttons: tuple[ShownButton, ...]) -> list[list[InlineKeyboardButton]]:
    """Up to three short titles in a row; long ones each have a row of their own."""
    longest = max(len(button.title) for button in buttons)
    width = max(1, min(_ROW_BUTTONS, _ROW // max(1, longest)))
    shown = [_button(button) for button in buttons]
    return [shown[start : start + width] for start in range(0, len(shown), width)]


def _button(button: ShownButton) -> InlineKeyboardButton:
    size = len(button.id.encode())
    if not 1 <= size <= _ID_BYTES:
        raise ValueError(
            f"expected a button id of 1 to {_ID_BYTES} bytes, got {size}; "
            "keep what it means in the record and send the number of that"
        )
    return InlineKeyboardButton(button.title, callback_data=button.id)
