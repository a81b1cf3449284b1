"""Making any received text safe for storage and for the models."""

import re
import unicodedata

# Control characters (except tab and newline) have no meaning in a chat, and NUL ends strings in C code
# and in PostgreSQL. Lone surrogates cannot be written as UTF-8.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


def clean(text: str, limit: int) -> str:
    """The first `limit` characters of `text` without unsafe characters, blanks folded.

    Compatibility forms become plain letters: one ligature can stand for 18 of them, and what comes later must
    not meet more than `limit`.
    """
    head = text.lstrip()[: limit * 2]
    safe = unicodedata.normalize("NFKC", _UNSAFE.sub(" ", head))
    return _BLANKS.sub(" ", safe).strip()[:limit].strip()


def has_words(text: str) -> bool:
    """Whether `text` holds at least one letter or digit."""
    return any(character.isalnum() for character in text)


def well_formed(text: str) -> str:
    """`text` without lone surrogates, which neither UTF-8 nor strict parsers accept."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
