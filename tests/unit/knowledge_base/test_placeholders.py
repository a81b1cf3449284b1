from datetime import date

import pytest

from knowledge_base.entry import Value
from knowledge_base.placeholders import fill, placeholders


def value(text: str) -> Value:
    return Value(value=text, fact="R01", source="A page", seen="official", review_by=date(2030, 1, 1))


def test_placeholders_are_sorted_with_repetitions() -> None:
    text = "{{value:b}} and {{value:a_1}} and {{value:b}}, not {{other:c}} or {value:d} or {{ value:e }}"
    assert placeholders(text) == ["a_1", "b", "b"]


def test_fill_places_each_value() -> None:
    values = {"days": value("7"), "phone": value("+90 312 \\1")}
    assert fill("{{value:days}}/{{value:days}}: {{value:phone}}", values) == "7/7: +90 312 \\1"


def test_fill_does_not_read_values_again() -> None:
    values = {"a": value("{{value:b}}"), "b": value("no")}
    assert fill("{{value:a}}", values) == "{{value:b}}"


def test_fill_unknown_value() -> None:
    with pytest.raises(KeyError, match="days"):
        fill("{{value:days}}", {})
