"""Every text that the code, the page or the content asks for exists, and no other."""

import re
from typing import get_args

import pytest
import yaml

from bot.base.paths import PROJECT, RASA_FILES
from bot.base.texts import Texts
from bot.pipeline.emergency import KINDS
from bot.pipeline.inbound import Command, Unreadable
from knowledge_base.content_files import Content
from knowledge_base.directory import Directory

NAME = re.compile(r"['\"]((?:utter|button|theme|place|answer|source|danger|web)_[a-z_]*[a-z])['\"]")
GET = re.compile(r"texts\.get\(\s*[\w.]+,\s*['\"](\w+)['\"]")
SAY = re.compile(r"\.say\(\s*\"(\w+)\"")
OF_META = {"button_reply"}  # words of WhatsApp's requests that look like names
BUTTON = re.compile(r"\.button\(\s*[\w.]+,\s*\"(\w+)\"")


def sources() -> list[str]:
    folders = ("bot", "actions", "channels", "handoff", "knowledge_base")
    return [
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html"}
    ]


def small_talk() -> set[str]:
    rules = yaml.safe_load((RASA_FILES / "rules.yml").read_text(encoding="utf-8"))["rules"]
    steps = [{name: value for step in rule["steps"] for name, value in step.items()} for rule in rules]
    return {f"utter_{step['intent']}" for step in steps if step["action"] == "action_small_talk"}


def named_in_code() -> set[str]:
    literal = {name for text in sources() for form in (NAME, GET, SAY) for name in form.findall(text)}
    return literal - OF_META | {f"button_{name}" for text in sources() for name in BUTTON.findall(text)}


@pytest.fixture(scope="module")
def wanted(content: Content, directory: Directory) -> set[str]:
    places = {f"place_{place}" for entry in content.entries.values() for place in entry.places}
    places |= {f"place_{kind}" for kind in directory.kinds}
    places |= {f"service_{detail}" for detail in ("address", "phone", "hours", "languages")}
    themes = {f"theme_{theme}" for theme in content.themes()}
    emergencies = {f"utter_emergency_{kind}" for kind in KINDS}
    channels = {f"command_{command}" for command in get_args(Command)}
    channels |= {f"utter_unreadable_{kind}" for kind in get_args(Unreadable) if kind != "group"}
    return named_in_code() | small_talk() | places | themes | emergencies | channels


def test_text_names_that_are_asked_for_exist(texts: Texts, wanted: set[str]) -> None:
    assert wanted - set(texts.names()) == set()


def test_text_names_that_exist_are_asked_for(texts: Texts, wanted: set[str]) -> None:
    assert set(texts.names()) - wanted == set()


def test_text_names_are_found_in_code() -> None:
    assert {
        "utter_try_again_later",
        "button_human",
        "button_delete",
        "web_send",
        "answer_source",
    } <= named_in_code()
    assert "utter_greet" in small_talk()
