"""Actions, rules, domain and examples belong together."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
import yaml

from actions.executor import LIKELY, build_executor
from bot.base.paths import RASA_CONFIG, RASA_FILES
from knowledge_base.examples import Example

ACTION_NAMES = set(build_executor(cast("Any", None)).actions)


def read(name: str) -> Any:
    return yaml.safe_load((RASA_FILES / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def steps() -> list[dict[str, str]]:
    return [{k: v for step in rule["steps"] for k, v in step.items()} for rule in read("rules.yml")["rules"]]


def test_unsure_intents_are_known_and_never_delete() -> None:
    assert set(LIKELY) < set(read("domain.yml")["intents"])
    assert not {"delete_my_data", "confirm_delete", "ask_question"} & set(LIKELY)
    assert {action.action_name for action in LIKELY.values()} < ACTION_NAMES


def test_domain_holds_exactly_the_actions() -> None:
    assert sorted(read("domain.yml")["actions"]) == sorted(ACTION_NAMES)


def test_rules_lead_to_existing_actions_and_use_them_all(steps: list[dict[str, str]]) -> None:
    assert {step["action"] for step in steps} == ACTION_NAMES


def test_rules_cover_every_intent_once(steps: list[dict[str, str]]) -> None:
    intents = [step["intent"] for step in steps]
    assert sorted(intents) == sorted([*read("domain.yml")["intents"], "nlu_fallback"])


def test_domain_knows_every_intent_of_the_examples(examples: Sequence[Example]) -> None:
    trained = {example.intent for example in examples}
    buttons = {"show_entry", "show_theme", "give_feedback", "confirm_delete"}
    assert set(read("domain.yml")["intents"]) == trained | buttons


def test_fallback_of_the_policy_is_an_action() -> None:
    config = yaml.safe_load(RASA_CONFIG.read_text(encoding="utf-8"))
    assert config["policies"][0]["core_fallback_action_name"] in ACTION_NAMES
