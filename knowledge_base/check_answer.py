"""What `merhaba kb check` verifies in one answer."""

import re
from collections.abc import Iterator, Mapping

from knowledge_base.entry import Entry, Value
from knowledge_base.placeholders import PLACEHOLDER, fill, placeholders

ANSWER_LIMIT = 900  # characters; an answer must be read on a small screen
SENTENCE_LIMIT = 20  # words
AVERAGE_LIMIT = 12  # words of a sentence on average
REFERENCE = "en"

_SENTENCE = re.compile(r"[.!?؟۔:;؛]+(?:\s|$)|\n+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = r"(?:19|20)\d\d"
# A day with its year is no loose number: "1 July 2026", "2026-yil 1-iyul".
_DATE = re.compile(rf"\b\d{{1,2}}\D{{1,24}}{_YEAR}|{_YEAR}\D{{1,24}}\b\d{{1,2}}\b|{_YEAR}")
_ALWAYS_OWNED = 3  # digits from which a number is a value's wherever it stands, as a telephone number


def check_answer(answer: str, entry: Entry, values: Mapping[str, Value]) -> Iterator[str]:
    """Problems of one answer, each with what was expected and what was found."""
    unknown = [name for name in placeholders(answer) if name not in values]
    if unknown:
        yield f"expected values of values.yml, got {', '.join(unknown)}"
        return
    if "{" in PLACEHOLDER.sub("", answer):
        yield "expected placeholders written as {{value:name}}, got another brace"
    length = len(fill(answer, values))
    if length > ANSWER_LIMIT:
        yield f"expected at most {ANSWER_LIMIT} characters in the answer, got {length}"
    yield from _check_sentences(answer)
    yield from _compare_placeholders(answer, entry)
    for number, name in loose_numbers(answer, entry, values):
        yield f"expected {{{{value:{name}}}}}, got the number {number}"


def sentence_lengths(answer: str) -> list[int]:
    """Words in each sentence; an item of a list is a sentence of its own."""
    lengths = (len(part.strip("- ").split()) for part in _SENTENCE.split(answer))
    return [length for length in lengths if length]


def loose_numbers(answer: str, entry: Entry, values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Numbers written out although a value owns them, with the value's name.

    Short numbers count only where the value belongs to a fact of the entry: 7 may be many things."""
    text = _DATE.sub(" ", PLACEHOLDER.sub(" ", answer))
    written = _NUMBER.findall(text)
    found = []
    for name, value in values.items():
        owned = _NUMBER.findall(value.value)
        if len(owned) == 1 and owned[0] in written and _owns(value, owned[0], entry):
            found.append((owned[0], name))
    return found


def _owns(value: Value, number: str, entry: Entry) -> bool:
    return value.fact in entry.facts or len(number) >= _ALWAYS_OWNED


def _check_sentences(answer: str) -> Iterator[str]:
    lengths = sentence_lengths(answer)
    if max(lengths, default=0) > SENTENCE_LIMIT:
        yield f"expected sentences of at most {SENTENCE_LIMIT} words, got {max(lengths)}"
    average = sum(lengths) / max(len(lengths), 1)
    if average > AVERAGE_LIMIT:
        yield f"expected at most {AVERAGE_LIMIT} words a sentence on average, got {average:.1f}"


def _compare_placeholders(answer: str, entry: Entry) -> Iterator[str]:
    reference = entry.translations.get(REFERENCE)
    wanted = set(placeholders(reference.answer or "")) if reference else set()
    got = set(placeholders(answer))
    if wanted != got:
        yield f"expected the values {sorted(wanted)} as in {REFERENCE}, got {sorted(got)}"
