"""Content of a few entries, written as files, for tests that change or break it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.content_files import Content, load_content
from tests.support.words import WORDS

Files = dict[str, dict[str, Any]]
ANSWER = "Within {{value:days}} days."


def translation(question: str, answer: str | None = None) -> dict[str, Any]:
    """A question with five paraphrases."""
    return {"question": question, "paraphrases": [f"{question} {n}" for n in "abcde"], "answer": answer}


def _common() -> Files:
    frame = {"facts": ["F1"], "places": ["court"]}
    seen = {"seen_on": "2026-03-09", "review_by": "2030-01-01"}
    return {
        "facts.yml": {
            "F1": {
                "title": "Fact",
                "confirmation": "secondary",
                "seen_on": "2026-03-09",
                "sources": [{"name": "A page"}],
            }
        },
        "values.yml": {
            "days": {"value": "7", "fact": "F1", "source": "A page", "seen": "secondary", **seen},
            "phone": {"value": "157", "fact": "F1", "source": "A page", "seen": "official", **seen},
        },
        "entries/life.yml": {
            name: {**frame, "related": [f"life.{other}" for other in WORDS if other != name]}
            for name in WORDS
        },
    }


def tiny_files() -> Files:
    """Four entries in English, three of them also in Turkish without an answer; one fact, two values."""
    return {
        **_common(),
        "translations/en/life.yml": {
            name: translation(f"Question about {name}", f"Within {{{{value:days}}}} days: {name}.")
            for name in WORDS
        },
        "translations/tr/life.yml": {name: translation(f"{name} sorusu") for name in WORDS[:3]},
    }


def complete_files(codes: Iterable[str]) -> Files:
    """The same four entries, with a question and an answer in each of the languages `codes`."""
    texts: Files = {
        f"translations/{code}/life.yml": {name: translation(f"{code} {name}?", ANSWER) for name in WORDS}
        for code in codes
    }
    return {**_common(), **texts}


def write(root: Path, files: Files) -> Path:
    """Write `files` below `root`."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def load(root: Path, files: Files) -> Content:
    """The content of `files`, read from `root` as the product reads it."""
    return load_content(write(root, files))
