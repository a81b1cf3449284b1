"""Chat in the terminal, with buttons as numbers."""

import secrets
from collections.abc import Callable
from typing import Any

Say = Callable[..., Any]  # (conversation_id, channel, text= or button=) -> the reply with its buttons
Remove = Callable[[str], None]


def chat_in_terminal(say: Say, remove: Remove) -> None:
    """Talk until an empty line or the end of input. The conversation counts as a test and is deleted."""
    conversation_id = "test-" + secrets.token_hex(16)
    print("Write your question. A number presses a button; an empty line ends the chat.")
    buttons: list[Any] = []
    try:
        while line := _read():
            buttons = _turn(say, conversation_id, line, buttons)
    finally:
        remove(conversation_id)


def _turn(say: Say, conversation_id: str, line: str, buttons: list[Any]) -> list[Any]:
    pressed = int(line) if line.isascii() and line.isdigit() else 0
    if 1 <= pressed <= len(buttons):
        reply = say(conversation_id, "test", button=buttons[pressed - 1].id)
    else:
        reply = say(conversation_id, "test", text=line)
    print(f"\n{reply.reply}\n")
    for number, button in enumerate(reply.buttons, start=1):
        print(f"  {number}  {button.title}")
    return list(reply.buttons)


def _read() -> str:
    try:
        return input("\n> ").strip().encode("utf-8", "replace").decode("utf-8")
    except (EOFError, KeyboardInterrupt):
        return ""
