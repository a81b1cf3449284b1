"""Placing values into texts: `{{value:appeal_days}}` becomes the value's own text."""

import re
from collections.abc import Mapping

from knowledge_base.entry import Value

PLACEHOLDER = re.compile(r"\{\{value:([a-z0-9_]+)\}\}")


def placeholders(text: str) -> list[str]:
    """Names of the values that `text` places, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, Value]) -> str:
    """`text` with its values. Raises KeyError for an unknown value; `kb check` finds those before."""
    return PLACEHOLDER.sub(lambda match: values[match[1]].value, text)
