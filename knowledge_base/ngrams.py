"""The pieces of words by which spellings are compared."""

from bot.base.fold import fold
from knowledge_base.skeleton import LANGUAGES, skeleton

SHORTEST, LONGEST = 2, 4  # letters of a piece; the blanks around a word count


def ngrams(text: str, language: str) -> list[str]:
    """Pieces of each word of `text`; for Arabic and Persian also pieces of its consonants, marked with ~."""
    folded = fold(text)
    pieces = _pieces(folded)
    if language in LANGUAGES:
        pieces += [f"~{piece}" for piece in _pieces(skeleton(folded))]
    return pieces


def _pieces(folded: str) -> list[str]:
    found: list[str] = []
    for word in folded.split():
        padded = f" {word} "
        for size in range(SHORTEST, min(LONGEST, len(padded)) + 1):
            found += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return found
