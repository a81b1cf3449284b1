"""Fixtures that unit tests share: what the project ships, loaded once, and small content to break."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.base.languages import languages
from bot.base.paths import CONTENT, ENCODER
from bot.base.texts import Texts
from bot.pipeline.emergency import EmergencyRecogniser
from knowledge_base.content_files import Content, load_content
from knowledge_base.directory import Directory, load_directory
from knowledge_base.encoder.encoder import Encoder, load_encoder
from knowledge_base.examples import Example, latin_questions, load_examples
from knowledge_base.language_identification import LanguageIdentification
from knowledge_base.rows import rows_of
from tests.support.acting import Bot
from tests.support.tiny import load, tiny_files

Edit = Callable[..., None]


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session")
def directory() -> Directory:
    return load_directory()


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
def identification(examples: Sequence[Example], content: Content) -> LanguageIdentification:
    return LanguageIdentification([*examples, *latin_questions(rows_of(content))])


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The int8 encoder that the service answers with."""
    return load_encoder(str(ENCODER))


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


@pytest.fixture
def tiny_content(tmp_path: Path) -> Content:
    """Four entries in English, three of them also in Turkish without an answer; one fact, two values."""
    return load(tmp_path / "tiny", tiny_files())


@pytest.fixture
def bots(
    tiny_content: Content, texts: Texts, directory: Directory, tmp_path: Path
) -> Iterator[Callable[..., Bot]]:
    """Makes all actions over tiny content, with a search that always decides the same."""
    made: list[Bot] = []

    def make(kind: str = "answer", content: Content = tiny_content) -> Bot:
        made.append(Bot(content, texts, directory, tmp_path, kind))
        return made[-1]

    yield make
    for bot in made:
        bot.vectors.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with an argument `code` runs once for each language."""
    if "code" in metafunc.fixturenames:
        metafunc.parametrize("code", list(languages()))
