"""Texts that WhatsApp shows as they are written.

WhatsApp makes `*words*`, `_words_`, `~words~` and words between backticks bold, slanted, struck out or fixed
in width, and a line that begins with > a quotation. It has no way to write these signs otherwise."""

import re

from bot.pipeline.split_text import length

# Invisible, and neither a blank nor a part of a word: a sign that touches it opens and closes nothing.
_JOINER = "\u2060"
# Web addresses stay as they are, or nobody could follow them. One sign between letters does nothing.
_SIGNS = re.compile(r"((?:https?://|www\.)\S+|[^\W_][*_~](?=[^\W_]))|([*_~`]|^>)", re.MULTILINE)


def plain(text: str, limit: int) -> str:
    """`text` with its signs made harmless, if that fits into `limit` UTF-16 units, else unchanged.

    Words in bold do less harm than words that are lost."""
    harmless = _SIGNS.sub(lambda found: found[1] or f"{_JOINER}{found[2]}{_JOINER}", text)
    return harmless if length(harmless) <= limit else text
