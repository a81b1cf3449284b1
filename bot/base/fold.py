"""Folding text to a plain form in which spellings of one word agree."""

import re
import unicodedata

_ARABIC = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی", "ي": "ی", "ى": "ی", "ې": "ی",
        "ۍ": "ی", "ێ": "ی", "ك": "ک", "ګ": "گ", "ة": "ه", "ە": "ه", "ہ": "ه", "ۀ": "ه", "ھ": "ه",
        "ڕ": "ر", "ڵ": "ل", "ۆ": "و", "ۇ": "و", "ء": None, "ـ": None,
    }
)  # fmt: skip
_LATIN = str.maketrans({"ı": "i", "ø": "o", "ß": "ss", "’": None, "'": None, "ʼ": None, "`": None})
_REPEATED = re.compile(r"(\w)\1{2,}")
_NOT_WORD = re.compile(r"[\W_]+")


def lower(text: str) -> str:
    """Lower case; capital İ and I become plain i, which suits Turkish and harms no other language here."""
    return text.replace("İ", "i").lower()


def fold(text: str) -> str:
    """Lower-case words of `text` without marks, with Arabic letter variants unified, split by one blank."""
    # Lower case comes again at the end: decomposing 𝐇 or ℡ gives plain capitals.
    decomposed = lower(unicodedata.normalize("NFKD", lower(text).translate(_ARABIC)))
    plain = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    joined = plain.translate(_ARABIC).translate(_LATIN)
    return _NOT_WORD.sub(" ", _REPEATED.sub(r"\1", joined)).strip()


def script(text: str) -> str:
    """The script most letters of `text` belong to: "arabic", "cyrillic", "latin" or "" without letters."""
    counts = {"arabic": 0, "cyrillic": 0, "latin": 0}
    for character in text:
        name = _script_of(character)
        if name:
            counts[name] += 1
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def scripts(text: str) -> set[str]:
    """All scripts that letters of `text` belong to."""
    return {name for name in map(_script_of, text) if name}


def _script_of(character: str) -> str:
    if not character.isalpha():
        return ""
    code = ord(character)
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return "latin"
    if 0x400 <= code < 0x530:
        return "cyrillic"
    if 0x600 <= code < 0x780 or 0x8A0 <= code < 0x900 or 0xFB50 <= code < 0xFF00:
        return "arabic"
    return ""
