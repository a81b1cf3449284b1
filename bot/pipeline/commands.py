"""Messages in the form of commands: those for people, and those of Rasa, which only buttons may send."""

import re
from functools import cache
from typing import get_args

from bot.base.paths import RASA_FILES
from bot.base.yaml_file import read_yaml
from bot.pipeline.inbound import Command

# Anything else beside the name makes it a message of a person, who may be in danger.
_AROUND = r"[\s/\\\u200b-\u200f\u2060-\u2064\ufeff]*"
_FORM = re.compile(rf"{_AROUND}/{_AROUND}(\w+){_AROUND}(\{{.*)?", re.DOTALL)
_BUILT_IN = ("restart", "back", "session_start")


def typed_command(text: str) -> Command | None:
    """The command that `text` is, as in /delete; platforms with a menu of commands send them like that."""
    found = _FORM.fullmatch(text)
    name = found[1].lower() if found else ""
    return next((command for command in get_args(Command) if command == name), None)


def is_command(text: str) -> bool:
    """Whether `text` is nothing but an intent of ours, or a command of Rasa, behind a slash."""
    found = _FORM.fullmatch(text)
    return found is not None and found[1].lower() in _names()


@cache
def _names() -> frozenset[str]:
    domain = read_yaml(RASA_FILES / "domain.yml")
    return frozenset(domain["intents"]).union(_BUILT_IN)
