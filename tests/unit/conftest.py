"""Fixtures that unit tests share: what the project ships, loaded once, and small content to break."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.base.languages import languages
from bot.base.paths import CONTENT, ENCODER
from bot.base.texts import Texts
from bot.pipeline.emergency import EmergencyRecogniser
from knowledge_base.content_files import Content, load_content
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.examples import Example, load_examples
from knowledge_base.language_identification import LanguageIdentification

Edit = Callable[..., None]


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts()


@pytest.fixture(scope="session")
def examples() -> Sequence[Example]:
    return load_examples()


@pytest.fixture(scope="session")
def recogniser() -> EmergencyRecogniser:
    return EmergencyRecogniser()


@pytest.fixture(scope="session")
def identification(examples: Sequence[Example]) -> LanguageIdentification:
    return LanguageIdentification(examples)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder(str(ENCODER))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped content that a test may break."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Changes one YAML file of the copy with a function that receives its data."""

    def change(name: str, by: Callable[[dict[str, Any]], object]) -> None:
        path = copy / name
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        by(data)
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")

    return change


def tiny_translation(question: str, answer: str | None = None) -> dict[str, Any]:
    return {"question": question, "paraphrases": [f"{question} {n}" for n in "abcde"], "answer": answer}


@pytest.fixture
def tiny_content(tmp_path: Path) -> Content:
    """Four entries in English, three of them also in Turkish without an answer; one fact, one value."""
    root = tmp_path / "tiny"
    names = ("travel", "school", "doctor", "work")
    frame = {"facts": ["F1"], "places": ["court"]}
    frames = {name: {**frame, "related": [f"life.{n}" for n in names if n != name]} for name in names}
    fact = {"title": "Fact", "confirmation": "secondary", "sources": [{"name": "A page"}]}
    value = {"value": "7", "fact": "F1", "source": "A page", "seen": "secondary", "review_by": "2030-01-01"}
    files = {
        "facts.yml": {"F1": fact},
        "values.yml": {"days": value},
        "entries/life.yml": frames,
        "translations/en/life.yml": {
            name: tiny_translation(f"Question about {name}", f"Within {{{{value:days}}}} days: {name}.")
            for name in names
        },
        "translations/tr/life.yml": {name: tiny_translation(f"{name} sorusu") for name in names[:3]},
    }
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return load_content(root)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with an argument `code` runs once for each language."""
    if "code" in metafunc.fixturenames:
        metafunc.parametrize("code", list(languages()))
