"""The figures of each compared method, and the table of them."""

import statistics
from typing import Any

from knowledge_base.content_files import Content
from knowledge_base.question_file import Question

NAMES = {
    "merhaba": "Merhaba",
    "bm25": "BM25",
    "tfidf": "character TF-IDF",
    "e5": "e5, nearest",
    "use": "USE, nearest",
    "rasa": "Rasa ResponseSelector",
}


def places(ranked: list[list[str]], content: Content, questions: list[Question]) -> list[int]:
    """The place of the first right entry for each question; 0 where none of the first three is right."""
    found = []
    for entries, question in zip(ranked, questions, strict=True):
        right = [bool(set(content.entries[entry].facts) & set(question.facts)) for entry in entries[:3]]
        found.append(right.index(True) + 1 if any(right) else 0)
    return found


def figures(measured: dict[str, Any], content: Content, questions: list[Question]) -> dict[str, Any]:
    """One line of the table; shares are between 0 and 1."""
    found = places(measured["ranked"], content, questions)
    first: dict[str, list[bool]] = {}
    for place, question in zip(found, questions, strict=True):
        first.setdefault(question.language, []).append(place == 1)
    without = measured["without_embedding"]
    return {
        "top1": sum(place == 1 for place in found) / len(found),
        "top3": sum(place > 0 for place in found) / len(found),
        "top1_by_language": {code: sum(part) / len(part) for code, part in sorted(first.items())},
        "ms": statistics.median(measured["milliseconds"]),
        "ms_without_embedding": statistics.median(without) if without else None,
        "peak_mib": measured["peak_mib"],
        "build_seconds": measured["build_seconds"],
        "note": measured["note"],
        "places": found,
    }


def line(name: str, row: dict[str, Any]) -> str:
    """A line of the table, in Markdown."""
    without = row["ms_without_embedding"]
    cells = [
        NAMES[name],
        *(f"{row[figure]:.1%}" for figure in ("top1", "top3")),
        *(f"{share:.0%}" for share in row["top1_by_language"].values()),
        f"{row['ms']:.1f}" + (f" ({without:.1f})" if without is not None else ""),
        f"{row['peak_mib']:,.0f}",
        f"{row['build_seconds']:,.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def header(codes: list[str]) -> str:
    """The first two lines of the table."""
    titles = ["method", "top 1", "top 3", *codes, "ms (without embedding)", "MiB", "build s"]
    return f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}"
