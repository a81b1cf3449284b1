"""Turning one reply into messages that a platform can show.

A reply is written once. Long texts are split; buttons become a list or numbered choices where a platform has
no room for them. All limits are applied to UTF-16 code units (see split_text)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.texts import Texts
from bot.pipeline.channel import Capabilities, Outgoing, ShownButton
from bot.pipeline.split_text import length, shorten, split


@dataclass(frozen=True)
class _Room:
    """What a platform has room for under one text: the number of buttons and the longest words of each."""

    buttons: int
    title: int
    description: int
    is_list: bool

    def shown(self, button: ShownButton) -> ShownButton | None:
        """The button with all its words, if they fit."""
        if length(button.title) <= self.title and length(button.description) <= self.description:
            return button
        if button.description or length(button.title) > self.description:
            return None
        return ShownButton(id=button.id, title=shorten(button.title, self.title), description=button.title)

    def numbered(self, number: int, button: ShownButton) -> ShownButton:
        """The button with as many words as fit; its number leads to all of them in the text."""
        line = _line(number, button)
        is_cut = length(line) > self.title and self.description > 0
        description = shorten(_words(button), self.description) if is_cut else ""
        return ShownButton(id=button.id, title=shorten(line, self.title), description=description)


def render(
    text: str,
    language: str,
    buttons: Sequence[ShownButton],
    capabilities: Capabilities,
    texts: Texts,
    *,
    ask_location: bool = False,
) -> list[Outgoing]:
    """The messages that show a reply, in order. The buttons stand under the last piece of the text.

    Uses the texts `button_choose` (opens a list) and `button_share_location` (shares the place). Where a
    platform cannot ask for the place, that wish is left out. A blank text without buttons is no message."""
    ask = ask_location and capabilities.asks_for_location
    shown, numbered = _shown(buttons, capabilities)
    room = _room(buttons, capabilities)
    if numbered:
        text = "\n\n".join([text.rstrip(), "\n".join(numbered)])
    with_buttons = bool(shown) or ask
    pieces = split(
        text,
        capabilities.text_limit,
        capabilities.text_limit_with_buttons if with_buttons else capabilities.text_limit,
    )
    messages = [Outgoing(text=piece, language=language) for piece in pieces]
    if shown:
        title = shorten(texts.get(language, "button_choose"), capabilities.button_title)
        messages = _with_buttons(messages, shown, room, Outgoing(text=title, language=language))
    if ask:
        title = shorten(texts.get(language, "button_share_location"), capabilities.button_title)
        messages = _with_location(messages, Outgoing(text=title, language=language))
    return messages


def has_numbers(buttons: Sequence[ShownButton], capabilities: Capabilities) -> bool:
    """Whether the platform shows these buttons as numbered choices, too."""
    return bool(_shown(buttons, capabilities)[1])


def _room(buttons: Sequence[ShownButton], capabilities: Capabilities) -> _Room:
    """Buttons under the text if all their words fit there, else a list if there is one."""
    under = _Room(capabilities.buttons, capabilities.button_title, 0, is_list=False)
    fit = len(buttons) <= under.buttons and _differ(buttons) and all(under.shown(item) for item in buttons)
    if fit or not capabilities.list_rows:
        return under
    return _Room(
        capabilities.list_rows,
        capabilities.list_row_title,
        capabilities.list_row_description,
        is_list=True,
    )


def _shown(buttons: Sequence[ShownButton], capabilities: Capabilities) -> tuple[list[ShownButton], list[str]]:
    """The buttons as they are shown, and the lines of numbered choices that the text needs."""
    room = _room(buttons, capabilities)
    if room.buttons:
        shown = [item for button in buttons if (item := room.shown(button))]
        # Platforms refuse two buttons with the same title, and a person could not tell them apart.
        if len(shown) == len(buttons) and _differ(shown):
            return shown, []
    lines = [_line(number, button) for number, button in enumerate(buttons, start=1)]
    if not room.buttons:
        return [], lines
    return [room.numbered(number, button) for number, button in enumerate(buttons, start=1)], lines


def _with_buttons(
    messages: list[Outgoing], buttons: list[ShownButton], room: _Room, choose: Outgoing
) -> list[Outgoing]:
    """Buttons under the last message, and under as many further ones as they need."""
    groups = [tuple(buttons[start : start + room.buttons]) for start in range(0, len(buttons), room.buttons)]
    bearers = [*messages[-1:], *[choose] * len(groups)][: len(groups)]
    list_title = choose.text if room.is_list else ""
    return messages[:-1] + [
        bearer.model_copy(update={"buttons": group, "list_title": list_title})
        for bearer, group in zip(bearers, groups, strict=True)
    ]


def _with_location(messages: list[Outgoing], request: Outgoing) -> list[Outgoing]:
    """The last message asks for the place; if it has buttons, one more message does."""
    if not messages or messages[-1].buttons:
        messages = [*messages, request]
    asking = messages[-1].model_copy(update={"asks_for_location": True, "location_title": request.text})
    return [*messages[:-1], asking]


def _line(number: int, button: ShownButton) -> str:
    return f"{number}. {_words(button)}"


def _words(button: ShownButton) -> str:
    return f"{button.title} – {button.description}" if button.description else button.title


def _differ(buttons: Sequence[ShownButton]) -> bool:
    return len({button.title for button in buttons}) == len(buttons)
