import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.pipeline.split_text import length, shorten, split

# Words, ends of sentences and what must stay whole, so that chance builds texts as people read them.
ENDS = [". ", "! ", "؟ ", "۔ ", "。", "…", "\n", "\n\n", " ", "\u00a0"]
WHOLES = ["0850 123 45 67", "+90 (312) 555 00 00", "https://goc.gov.tr/a?b=c.d!e", "www.unhcr.org/tr"]
PARTS = st.sampled_from(["Merhaba", "مرحبا", "😀", "a", "\ud83d", "x" * 40, *ENDS, *WHOLES])
TEXTS = st.lists(PARTS, max_size=60).map("".join) | st.text(max_size=200)


def words(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("ab", 2), ("مرحبا", 5), ("😀", 2), ("a😀b", 4), ("\ud83d", 1)]
)
def test_length_in_utf16_units(text: str, units: int) -> None:
    assert length(text) == units


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(30, 90), st.integers(20, 30))
@example("😀" * 40, 31, 21)
@example("." * 500, 30, 20)
@example("1 " * 300, 30, 20)
def test_split_loses_nothing_and_obeys_limits(text: str, limit: int, last_limit: int) -> None:
    pieces = split(text, limit, last_limit)
    assert words("".join(pieces)) == words(text)
    assert all(piece and piece == piece.strip() for piece in pieces)
    assert all(length(piece) <= limit for piece in pieces[:-1])
    assert all(length(piece) <= last_limit for piece in pieces[-1:])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["one", "two.", "Call 0850 123 45 67", "https://a.tr/b.c", "سلام؟"]), max_size=60
    )
)
def test_split_keeps_words_numbers_and_addresses_whole(parts: list[str]) -> None:
    pieces = split(" ".join(parts), 40, 30)
    assert " ".join(pieces) == " ".join(parts)
    for whole in ("0850 123 45 67", "https://a.tr/b.c"):
        assert sum(piece.count(whole) for piece in pieces) == " ".join(parts).count(whole)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("short", ["short"]),
        ("  \n ", []),
        ("a" * 15 + "\n\n" + "b. " * 5, ["a" * 15, "b. b. b. b. b."]),
        ("Tiny.\n\nOne sentence. Another longer one.", ["Tiny.\n\nOne sentence.", "Another longer one."]),
        ("First one here. Second one", ["First one here.", "Second one"]),
        ("هل تريد المساعدة؟ نعم أريد", ["هل تريد المساعدة؟", "نعم أريد"]),
        ("یہ ایک جملہ ہے۔ دوسرا جملہ", ["یہ ایک جملہ ہے۔", "دوسرا جملہ"]),
        (
            "第一句话在这里写下来了。第二句话在这里写下来",
            ["第一句话在这里写下来了。", "第二句话在这里写下来"],
        ),
        ("He said “no.” Then he went away", ["He said “no.”", "Then he went away"]),
        ("no sentence ends in here", ["no sentence ends in", "here"]),
        ("Call now 0850 123 45 67", ["Call now", "0850 123 45 67"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("😀" * 15, ["😀" * 10, "😀" * 5]),
    ],
)
def test_split_where_a_reader_would_pause(text: str, pieces: list[str]) -> None:
    assert split(text, 20, 20) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Eight ch", ["Eight ch"]),
        ("One here. Two.", ["One here.", "Two."]),
        ("First line\n\nSecond", ["First line", "Second"]),
        ("all words only here", ["all words", "only here"]),
        ("x" * 15, ["x" * 5, "x" * 10]),
    ],
)
def test_split_with_a_smaller_last_piece(text: str, pieces: list[str]) -> None:
    assert split(text, 20, 10) == pieces


def test_split_with_a_smaller_last_piece_after_a_paragraph() -> None:
    text = "First sentence is here. Second one.\n\nThe last paragraph has more words"
    assert split(text, 100, 60) == text.split("\n\n")


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("fits exactly", "fits exactly"),
        ("two words that do not fit", "two words…"),
        ("exactly here is a cut", "exactly here…"),
        ("Fotosynthesizer", "Fotosynthesi…"),
        ("😀😀😀😀😀😀😀", "😀😀😀😀😀😀…"),
    ],
)
def test_shorten_at_a_word(text: str, short: str) -> None:
    assert shorten(text, 13) == short


@given(TEXTS, st.integers(1, 80))
def test_shorten_obeys_the_limit(text: str, limit: int) -> None:
    assert length(shorten(text, limit)) <= limit


@pytest.mark.parametrize("part", [".", "1 ", "\n ", "https://", "x", "0850 123 45 67 "])
def test_split_of_hostile_texts_takes_no_time(part: str) -> None:
    started = time.process_time()
    split(part * 3_000, 4096, 1024)
    assert time.process_time() - started < 0.1
