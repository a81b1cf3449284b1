from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.base.paths import CONTENT
from knowledge_base.content_files import Content, ContentError, load_content

Edit = Callable[..., None]


def test_load_content_loses_no_entry_and_no_translation(content: Content) -> None:
    frames = [name for path in (CONTENT / "entries").glob("*.yml") for name in _names(path)]
    translations = [name for path in (CONTENT / "translations").rglob("*.yml") for name in _names(path)]
    assert len(content.entries) == len(frames)
    assert sum(len(entry.translations) for entry in content.entries.values()) == len(translations)
    assert len(content.facts) == len(_names(CONTENT / "facts.yml"))


def _names(path: Path) -> list[str]:
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_load_content_joins_the_files(tiny_content: Content) -> None:
    assert list(tiny_content.entries) == ["life.travel", "life.school", "life.doctor", "life.work"]
    assert list(tiny_content.entries["life.travel"].translations) == ["en", "tr"]
    assert list(tiny_content.entries["life.work"].translations) == ["en"]
    assert tiny_content.themes() == ["life"]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("pregnancy: [1, 2", r"(?s)ps/health\.yml: cannot be read: .*line 2"),
        ("- a\n- b\n", r"ps/health\.yml: expected a mapping of names, got list"),
        ("", r"ps/health\.yml: expected a mapping of names, got NoneType"),
        ("x: !!python/object/apply:os.getcwd []", r"ps/health\.yml: cannot be read"),
        ("x: 1\ny: 2\nx: 3\n", r"(?s)ps/health\.yml: cannot be read: .* each name once, got x twice.*line 3"),
        ("? [a]\n: 1\n", r"ps/health\.yml: cannot be read"),
        ("pregnancy: text", r"ps/health\.yml: pregnancy: "),
    ],
)  # fmt: skip
def test_load_content_file_that_is_no_mapping(copy: Path, bad: str, expected: str) -> None:
    (copy / "translations/ps/health.yml").write_text(bad, encoding="utf-8")
    with pytest.raises(ContentError, match=expected):
        load_content(copy)


def test_load_content_file_that_is_no_utf8(copy: Path) -> None:
    (copy / "values.yml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(ContentError, match=r"values\.yml: cannot be read"):
        load_content(copy)


def test_load_content_file_that_is_missing(copy: Path) -> None:
    (copy / "facts.yml").unlink()
    with pytest.raises(ContentError, match=r"facts\.yml: cannot be read"):
        load_content(copy)


WRONG: dict[str, tuple[str, Callable[[dict[str, Any]], object], str]] = {
    "unknown key": (
        "translations/ar/health.yml",
        lambda data: data["pregnancy"].update(anwser="x"),
        r"ar/health\.yml: pregnancy\.anwser: ",
    ),
    "missing key": (
        "entries/work.yml",
        lambda data: data["unpaid_wages"].pop("facts"),
        r"entries/work\.yml: unpaid_wages\.facts: ",
    ),
    "wrong type": (
        "values.yml",
        lambda data: data["emergency_phone"].update(value=112),
        r"content/values\.yml: emergency_phone\.value: ",
    ),
    "too few paraphrases": (
        "translations/en/work.yml",
        lambda data: data["unpaid_wages"].update(paraphrases=["one"]),
        r"en/work\.yml: unpaid_wages\.paraphrases: ",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_load_content_item_that_is_wrong(copy: Path, edit: Edit, case: str) -> None:
    name, change, expected = WRONG[case]
    edit(name, change)
    with pytest.raises(ContentError, match=expected):
        load_content(copy)


def test_load_content_translation_without_entry(copy: Path, edit: Edit) -> None:
    edit("entries/health.yml", lambda data: data.pop("pregnancy"))
    with pytest.raises(ContentError, match=r"translations/ar: .* got health\.pregnancy"):
        load_content(copy)


def test_load_content_repeated_entry(copy: Path) -> None:
    # YAML itself keeps the last of two entries with one name, and the first would be lost in silence.
    path = copy / "entries/health.yml"
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(ContentError, match="expected each name once"):
        load_content(copy)
