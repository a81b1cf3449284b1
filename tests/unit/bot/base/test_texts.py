import re
from collections import Counter
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
import yaml

from bot.base.languages import languages
from bot.base.paths import TEXTS
from bot.base.texts import Texts
from bot.pipeline.inbound import Command

FILLED = re.compile(r"\{\w+\}")
QUOTED = re.compile("[“«](.+?)[”»]")
LONGEST = {  # in UTF-16 units, as Telegram and WhatsApp count
    "utter_privacy": 800,
    "button_choose": 20,
    "telegram_description": 512,
    "telegram_short_description": 120,
}


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_texts_hold_the_same_names_in_every_language(texts: Texts, code: str) -> None:
    assert sorted(texts.of(code)) == sorted(texts.names())


def test_texts_have_the_same_placeholders_in_every_language(texts: Texts, code: str) -> None:
    own, reference = texts.of(code), texts.of("en")
    differing = [name for name in own if placeholders(own[name]) != placeholders(reference[name])]
    assert differing == []


def test_texts_are_written_out_in_every_language(texts: Texts, code: str) -> None:
    for name, text in texts.of(code).items():
        assert isinstance(text, str), name
        assert text.strip() == text != "", name


def test_texts_are_translated(texts: Texts, code: str) -> None:
    own, reference = texts.of(code), texts.of("en")
    alike = [name for name in own if own[name] == reference[name] and " " in own[name]]
    untranslated = [name for name in alike if any(map(str.isalpha, FILLED.sub("", own[name])))]
    assert code == "en" or untranslated == []


def test_texts_files_hold_each_name_once(code: str) -> None:
    # YAML would silently keep the last one only.
    tree = yaml.compose((TEXTS / f"{code}.yml").read_text(encoding="utf-8"))
    names = Counter(key.value for key, _ in tree.value)
    assert [name for name, count in names.items() if count > 1] == []


def test_texts_are_there_for_exactly_the_languages() -> None:
    assert {path.stem for path in TEXTS.glob("*.yml")} == set(languages())


@pytest.mark.parametrize("number", ["112", "157"])
def test_emergency_texts_keep_the_numbers_to_call(texts: Texts, code: str, number: str) -> None:
    for name, english in texts.of("en").items():
        if number in english:
            assert number in texts.get(code, name), name


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("name", LONGEST)
def test_texts_fit_where_platforms_show_them(texts: Texts, code: str, name: str) -> None:
    assert units(texts.of(code)[name]) <= LONGEST[name]


def test_command_texts_fit_the_menu_of_telegram(texts: Texts, code: str) -> None:
    commands = {name: text for name, text in texts.of(code).items() if name.startswith("command_")}
    assert {name: text for name, text in commands.items() if not 3 <= units(text) <= 100} == {}
    assert len(commands) == len(get_args(Command))


def test_texts_name_the_button_and_the_words_to_write(texts: Texts, code: str) -> None:
    own = texts.of(code)
    assert QUOTED.findall(own["utter_try_again_later"]) == [own["button_human"]]
    assert QUOTED.findall(own["utter_privacy"]) == QUOTED.findall(own["web_notice"]) != []
    assert "/delete" in own["utter_privacy"]


def test_telegram_description_names_every_language(texts: Texts, code: str) -> None:
    description = texts.of(code)["telegram_description"]
    assert [language.name for language in languages().values() if language.name not in description] == []


def test_get_fills_words_and_falls_back_to_english(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text('a: "English {word}"\nb: "Only English"\n', encoding="utf-8")
    (tmp_path / "tr.yml").write_text('a: "Türkçe {word}"\n', encoding="utf-8")
    texts = Texts(tmp_path)
    assert texts.get("tr", "a", word="{x}") == "Türkçe {x}"
    assert texts.get("tr", "b") == texts.get("xx", "b") == "Only English"
    assert texts.has("b")
    assert not texts.has("c")
