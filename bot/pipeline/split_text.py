"""Splitting a text where a reader would pause.

Lengths are in UTF-16 code units, as Telegram counts them. A platform that counts characters counts fewer of
them, never more, so that one rule serves all."""

import re

# A place to split is the end of a match. The patterns go from the best place to the worst.
_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<![.!?؟۔…])[.!?؟۔…]++[\"'”’»)\]]*+(?=\s)|。|\n")
_WORD = re.compile(r"[^\S\u00a0\u202f]+")
_BLANKS = re.compile(r"\s*")
# Numbers are written with blanks between their digits; an address ends at a blank.
_NUMBER_LENGTH = 25
_WHOLE = re.compile(r"\+?\d[\d \u00a0()./-]{4,22}\d|(?:https?://|www\.)\S+", re.IGNORECASE)


def length(text: str) -> int:
    """Number of UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """`text`, or its first words with an ellipsis, in at most `limit` units (at least 1)."""
    if length(text) <= limit:
        return text
    head = text[: _fitting(text, limit - 1)]
    words = re.sub(r"\S+$", "", head) if not text[len(head)].isspace() else head
    return (words.rstrip() or head) + "…"


def split(text: str, limit: int, last_limit: int) -> list[str]:
    """Pieces of at most `limit` units, the last of at most `last_limit`, which is not above `limit`.

    Split after a paragraph, else a sentence, else a word. Only a word that is longer than a piece is cut.
    Nothing is lost but blanks around a split; a blank text has no pieces."""
    rest = text.strip()
    pieces = []
    while length(rest) > limit:
        place = _last_place(rest, limit)
        pieces.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    if length(rest) > last_limit:
        place = _first_place(rest, last_limit)
        pieces.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*pieces, rest] if rest else pieces


def _fitting(text: str, limit: int) -> int:
    """Number of characters at the beginning of `text` that have at most `limit` units together."""
    end = min(limit, len(text))
    while (excess := length(text[:end]) - limit) > 0:
        end -= (excess + 1) // 2
    return end


def _last_place(text: str, limit: int) -> int:
    """Where to split so that the first piece has at most `limit` units and is as long as is sensible."""
    fitting = _fitting(text, limit)
    blanks = _BLANKS.match(text, fitting)
    end = blanks.end() if blanks else fitting
    paragraphs, sentences, words = _places(text, 0, end)
    # A short first paragraph is no reason for a short message.
    for places in ([place for place in paragraphs if place > fitting // 2], sentences, words):
        if places:
            return places[-1]
    return max(fitting, 1)


def _first_place(text: str, limit: int) -> int:
    """Where to split so that the second piece has at most `limit` units and is as long as is sensible."""
    start = len(text) - _fitting(text[::-1], limit)
    paragraphs, sentences, words = _places(text, start, len(text) - 1)
    middle = (start + len(text)) // 2
    for places in ([place for place in paragraphs if place < middle], sentences, words):
        if places:
            return places[0]
    return min(start, len(text) - 1)


def _places(text: str, start: int, end: int) -> list[list[int]]:
    """Places from `start` to `end` by pattern, none of them inside a phone number or a web address."""
    whole = [match.span() for match in _WHOLE.finditer(text, 0, end + _NUMBER_LENGTH)]
    inside = {place for first, last in whole for place in range(first + 1, last)}
    return [
        [
            match.end()
            for match in pattern.finditer(text, 0, end)
            if match.end() >= start and match.end() not in inside
        ]
        for pattern in (_PARAGRAPH, _SENTENCE, _WORD)
    ]
