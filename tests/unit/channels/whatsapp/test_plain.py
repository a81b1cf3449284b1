import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.split_text import length
from channels.whatsapp.plain import plain

TEXTS = st.text("ab *_~`>\n😀م2", max_size=60)
# What WhatsApp takes for formatting: a sign after a blank or another sign, words, the sign again.
FORMATTING = re.compile(r"(?:^|(?<=[\s*_~`>]))([*_~`])(?=\S).*?\1|^>", re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, 112.", "plain words, 112."),
        ("*bold*", "|*|bold|*|"),
        ("an _italic_ word", "an |_|italic|_| word"),
        ("~gone~ `code`", "|~|gone|~| |`|code|`|"),
        ("> quoted\n> twice", "|>| quoted\n|>| twice"),
        ("5 > 3", "5 > 3"),
        ("snake_case and 5*3", "snake_case and 5*3"),
        ("https://a.tr/_x_*y* *b", "https://a.tr/_x_*y* |*|b"),
        ("**", "|*||*|"),
        ("a*_b_", "a|*||_|b|_|"),
    ],
)
def test_plain_makes_signs_harmless(text: str, shown: str) -> None:
    assert plain(text, 100) == shown.replace("|", "\u2060")


def test_plain_leaves_a_text_that_would_become_too_long() -> None:
    assert plain("*b*", 6) == "*b*"
    assert length(plain("*b*", 7)) == 7


@given(TEXTS)
def test_plain_keeps_all_words_and_leaves_no_formatting(text: str) -> None:
    shown = plain(text, 1000)
    assert shown.replace("\u2060", "") == text
    assert not FORMATTING.search(shown)


@pytest.mark.parametrize("part", ["*", "a_", "https://", "`a` ", ">\n"])
def test_plain_of_long_texts_takes_no_time(part: str) -> None:
    started = time.process_time()
    plain(part * (4096 // len(part)), 4096)
    assert time.process_time() - started < 0.1
