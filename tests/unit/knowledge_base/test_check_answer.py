"""The rules for one answer: values, length, sentences, loose numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.check_answer import (
    ANSWER_LIMIT,
    AVERAGE_LIMIT,
    SENTENCE_LIMIT,
    check_answer,
    loose_numbers,
    sentence_lengths,
)
from knowledge_base.entry import Entry, Value

DAY = date(2030, 1, 1)


def value(text: str, fact: str = "F1") -> Value:
    return Value(value=text, fact=fact, source="S", seen="official", seen_on=DAY, review_by=DAY)


VALUES = {
    "days": value("7"),
    "phone": value("157", "F9"),
    "fee": value("1.500,50 TL", "F9"),
    "shifts": value("3", "F9"),
    "numbers": value("155, 156"),
}


def entry(reference: str | None = "Within {{value:days}} days.") -> Entry:
    texts = {"en": {"question": "How?", "paraphrases": list("abcde"), "answer": reference}}
    frame = {"id": "a.a", "facts": ["F1"], "related": ["a.b", "a.c"]}
    return Entry.model_validate({**frame, "translations": texts})


def problems(answer: str, reference: str | None = None) -> list[str]:
    """Problems of `answer`; its placeholders are those of the reference unless one is given."""
    return list(check_answer(answer, entry(answer if reference is None else reference), VALUES))


@pytest.mark.parametrize(
    "answer",
    [
        "Within {{value:days}} days.",
        "Call {{value:phone}}.",
        "- one\n- two\n- three",
        "The law 6458 says so.",
        "It starts on 1 July 2026.",
        "يبدأ في 1 يوليو 2026.",
        "2026-yil 7-iyul.",
        "Since 2016 it is so.",
        "You have 3 days.",  # a short number of another fact's value may be anything
        "Call 1570 or 2157.",
    ],
)
def test_check_answer_without_problems(answer: str) -> None:
    assert problems(answer) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{{value:no}} {{value:days}} {{value:a}}", "expected values of values.yml, got a, no"),
        ("Call {value:phone}.", "expected placeholders written as {{value:name}}, got another brace"),
        ("Call {{value:Phone}}.", "expected placeholders written as {{value:name}}, got another brace"),
        ("x" * 901, "expected at most 900 characters in the answer, got 901"),
        ("Within 7 days.", "expected {{value:days}}, got the number 7"),
        ("Call 157.", "expected {{value:phone}}, got the number 157"),
        ("Call 157 on 1 July 2026.", "expected {{value:phone}}, got the number 157"),
        ("It costs 1.500,50 lira.", "expected {{value:fee}}, got the number 1.500,50"),
        ("word " * 21, "expected sentences of at most 20 words, got 21"),
    ],
)
def test_check_answer_problem(answer: str, expected: str) -> None:
    assert expected in problems(answer)


def test_check_answer_with_other_values_than_the_reference() -> None:
    reference = "{{value:days}} {{value:phone}}"
    assert problems("{{value:phone}} {{value:days}} {{value:days}}", reference) == []
    expected = "expected the values ['days', 'phone'] as in en, got ['days']"
    assert problems("{{value:days}}", reference) == [expected]


def test_check_answer_counts_the_length_of_the_filled_text() -> None:
    placed = len("{{value:days}}") - len("7")
    sentences = "ab. " * ((ANSWER_LIMIT - 1) // 4)
    exact = sentences + "x" * (ANSWER_LIMIT - 1 - len(sentences)) + "{{value:days}}"
    assert len(exact) == ANSWER_LIMIT + placed
    assert problems(exact) == []
    longer = "expected at most 900 characters in the answer, got 901"
    assert longer in problems(exact + "x")


def test_check_answer_average_length_of_sentences() -> None:
    long, short = "word " * SENTENCE_LIMIT, "word " * 4
    assert problems(f"{long}. {short}.") == []  # 12 on average
    assert problems(f"{long}. {short} word.") == [
        f"expected at most {AVERAGE_LIMIT} words a sentence on average, got 12.5"
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("One two. Three!", [2, 1]),
        ("How? So: go; now.", [1, 1, 1, 1]),
        ("كيف تذهب؟ اذهب الآن؛ شكرا۔ نعم.", [2, 2, 1, 1]),
        ("Do this:\n- one thing\n- another thing\n\nThen go.", [2, 2, 2, 2]),
        ("At example.org, from 9.30 to 17:30.", [6]),
        ("Wait... what?!", [1, 1]),
        ("", []),
        (" \n - \n. ", []),
    ],
)
def test_sentence_lengths_of(answer: str, expected: list[int]) -> None:
    assert sentence_lengths(answer) == expected


WORD = st.text("abcçdğşابتкет", min_size=1, max_size=8)
SENTENCES = st.lists(st.lists(WORD, min_size=1, max_size=25), max_size=6)


@given(SENTENCES, st.sampled_from([". ", "! ", "?\n", "؟ ", "۔ ", "\n- ", "\n\n", ": "]))
def test_sentence_lengths_count_the_words_of_each(sentences: list[list[str]], end: str) -> None:
    answer = end.join(" ".join(words) for words in sentences)
    assert sentence_lengths(answer) == [len(words) for words in sentences]


@given(st.text(max_size=200))
def test_sentence_lengths_of_any_text(text: str) -> None:
    lengths = sentence_lengths(text)
    assert all(length > 0 for length in lengths)
    assert sum(lengths) <= len(text.split())


@given(st.integers(100, 1899), WORD, WORD)
def test_loose_number_that_a_value_owns_is_found_wherever_it_stands(number: int, a: str, b: str) -> None:
    values = {"owned": value(str(number), "F9")}
    assert loose_numbers(f"{a} {number} {b}", entry(), values) == [(str(number), "owned")]
    assert loose_numbers(f"{a} ({number}), {b}.", entry(), values) == [(str(number), "owned")]
    assert loose_numbers(f"{a} {{{{value:owned}}}} {b}", entry(), values) == []
    assert loose_numbers(f"{a} {number}9 {b}", entry(), values) == []


@given(st.integers(1, 31), st.integers(1990, 2039), st.sampled_from(["July", "temmuz", "يوليو", "июля"]))
def test_day_with_its_year_is_no_loose_number(day: int, year: int, month: str) -> None:
    values = {"day": value(str(day)), "year": value(str(year))}
    assert loose_numbers(f"From {day} {month} {year} on.", entry(), values) == []
    assert loose_numbers(f"{year}, {month} {day}.", entry(), values) == []


@given(st.text(max_size=200))
def test_check_answer_of_any_text(text: str) -> None:
    assert all(problem.startswith("expected ") for problem in problems(text, ""))


def test_value_of_several_numbers_owns_none() -> None:
    assert loose_numbers("Not 155 any more.", entry(), VALUES) == []
