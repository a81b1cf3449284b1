"""Reading the YAML files in knowledge_base/content."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.base.paths import CONTENT
from knowledge_base.entry import Entry, EntryFrame, Fact, Translation, Value

Model = TypeVar("Model", bound=BaseModel)


class _Loader(yaml.CSafeLoader):
    """Refuses a name that stands twice, where YAML would silently drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        names = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if name in names:
                raise yaml.constructor.ConstructorError(
                    problem=f"expected each name once, got {name} twice", problem_mark=key.start_mark
                )
            names.add(name)
        return mapping


class ContentError(ValueError):
    """A content file that cannot be used; the message names file and place."""


@dataclass(frozen=True)
class Content:
    """All content: facts and values by id, entries by id in the order of the files."""

    facts: dict[str, Fact]
    values: dict[str, Value]
    entries: dict[str, Entry]

    def take(self, other: "Content") -> None:
        """Become the same as `other`; whoever holds this object sees the new content."""
        for own, new in ((self.facts, other.facts), (self.values, other.values)):
            own.clear()
            own.update(new)  # type: ignore[arg-type]
        self.entries.clear()
        self.entries.update(other.entries)

    def themes(self) -> list[str]:
        """Themes that have entries, in the order of the files."""
        return list(dict.fromkeys(entry.theme for entry in self.entries.values()))


def load_content(directory: Path = CONTENT) -> Content:
    """Read all content. Raises ContentError that names the first file and place that is wrong."""
    facts = read_models(directory / "facts.yml", Fact)
    values = read_models(directory / "values.yml", Value)
    frames = _themed(directory / "entries", EntryFrame)
    translations = {
        folder.name: _themed(folder, Translation)
        for folder in sorted((directory / "translations").iterdir())
        if folder.is_dir()
    }
    _refuse_strays(frames, translations)
    return Content(facts, values, _join(frames, translations))


def _join(frames: dict[str, EntryFrame], translations: dict[str, dict[str, Translation]]) -> dict[str, Entry]:
    return {
        id: Entry(
            id=id,
            translations={code: texts[id] for code, texts in translations.items() if id in texts},
            **frame.model_dump(),
        )
        for id, frame in frames.items()
    }


def _refuse_strays(frames: dict[str, EntryFrame], translations: dict[str, dict[str, Translation]]) -> None:
    for code, texts in translations.items():
        strays = sorted(set(texts) - set(frames))
        if strays:
            raise ContentError(
                f"translations/{code}: expected only entries that entries/ lists, got {', '.join(strays)}"
            )


def _themed(folder: Path, model: type[Model]) -> dict[str, Model]:
    return {
        f"{path.stem}.{slug}": item
        for path in sorted(folder.glob("*.yml"))
        for slug, item in read_models(path, model).items()
    }


def read_models(path: Path, model: type[Model]) -> dict[str, Model]:
    """The items of one YAML mapping, each checked against `model`."""
    data = read_mapping(path)
    items = {}
    for key, item in data.items():
        try:
            items[str(key)] = model.model_validate(item)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in (key, *problem["loc"]))
            raise ContentError(f"{_short(path)}: {place}: {problem['msg']}") from None
    return items


def read_mapping(path: Path) -> dict[str, Any]:
    """One YAML file that holds a mapping. Raises ContentError with the line where it cannot be read."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"{path}: cannot be read: {error}") from None
    if not isinstance(data, dict):
        raise ContentError(f"{_short(path)}: expected a mapping of names, got {type(data).__name__}")
    return data


def _short(path: Path) -> str:
    # A file name alone does not tell the language.
    return f"{path.parent.name}/{path.name}"
