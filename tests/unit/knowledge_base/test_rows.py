"""The searchable texts of the entries."""

from knowledge_base.content_files import Content
from knowledge_base.rows import Row, rows_of


def test_rows_are_all_texts_in_the_order_of_the_files(tiny_content: Content) -> None:
    rows = rows_of(tiny_content)
    english = [row for row in rows if row.entry == "life.travel" and row.language == "en"]
    assert [row.text for row in english] == [
        "Question about travel",
        *(f"Question about travel {n}" for n in "abcde"),
        "Within 7 days: travel.",
    ]
    assert [row.is_answer for row in english] == [False] * 6 + [True]
    assert list(dict.fromkeys(row.entry for row in rows)) == list(tiny_content.entries)


def test_rows_without_an_answer_are_questions_only(tiny_content: Content) -> None:
    turkish = [row for row in rows_of(tiny_content) if row.language == "tr"]
    assert len(turkish) == 3 * 6
    assert not any(row.is_answer for row in turkish)
    assert Row("life.school", "tr", "school sorusu", False) in turkish


def test_rows_of_the_shipped_content_hold_every_entry_in_every_language(content: Content, code: str) -> None:
    rows = [row for row in rows_of(content) if row.language == code]
    assert {row.entry for row in rows if row.is_answer} == set(content.entries)
    assert not any("{{" in row.text for row in rows)
