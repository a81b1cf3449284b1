"""Chat in the terminal, with buttons as numbers."""

from collections.abc import Callable
from typing import Any

Say = Callable[..., Any]  # (text= or button=) -> the reply with its buttons


def chat_in_terminal(say: Say) -> None:
    """Talk until an empty line or the end of input."""
    print("Write your question. A number presses a button; an empty line ends the chat.")
    buttons: list[Any] = []
    while line := _read():
        buttons = _turn(say, line, buttons)


def _turn(say: Say, line: str, buttons: list[Any]) -> list[Any]:
    pressed = int(line) if line.isascii() and line.isdigit() else 0
    is_button = 1 <= pressed <= len(buttons)
    reply = say(button=buttons[pressed - 1].id) if is_button else say(text=line)
    print(f"\n{reply.reply}\n")
    for number, button in enumerate(reply.buttons, start=1):
        print(f"  {number}  {button.title}")
    return list(reply.buttons)


def _read() -> str:
    try:
        return input("\n> ").strip().encode("utf-8", "replace").decode("utf-8")
    except (EOFError, KeyboardInterrupt):
        return ""
