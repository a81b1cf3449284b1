"""The searchable texts of the entries."""

from dataclasses import dataclass

from knowledge_base.content_files import Content
from knowledge_base.entry import Entry
from knowledge_base.placeholders import fill


@dataclass(frozen=True)
class Row:
    """One searchable text: a question or a paraphrase of an entry, or its answer."""

    entry: str
    language: str
    text: str
    is_answer: bool


def rows_of(content: Content) -> list[Row]:
    """All texts of all entries, in the order of the files."""
    return [row for entry in content.entries.values() for row in _entry_rows(entry, content)]


def _entry_rows(entry: Entry, content: Content) -> list[Row]:
    rows = []
    for code, item in entry.translations.items():
        rows += [Row(entry.id, code, text, False) for text in (item.question, *item.paraphrases)]
        if item.answer:
            rows.append(Row(entry.id, code, fill(item.answer, content.values), True))
    return rows
