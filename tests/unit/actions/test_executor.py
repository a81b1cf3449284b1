"""Actions, rules, domain and examples belong together."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
import yaml

from actions.executor import LIKELY, OTHER, build_executor
from actions.places import FORM, KIND, PROVINCE
from actions.services import Services
from bot.base.paths import RASA_CONFIG, RASA_FILES
from knowledge_base.examples import Example

SERVICES = Services(**dict.fromkeys(Services.__dataclass_fields__, cast("Any", None)))
ACTION_NAMES = set(build_executor(SERVICES).actions)


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
    # A form calls these by their names: it asks for each of its slots, and validates what was said.
    forms = read("domain.yml")["forms"]
    asked = {f"action_ask_{slot}" for form in forms.values() for slot in form["required_slots"]}
    validated = {f"validate_{name}" for name in forms}
    assert {step["action"] for step in steps} | asked | validated == ACTION_NAMES | set(forms)


def test_rules_cover_every_intent_once(steps: list[dict[str, str]]) -> None:
    intents = [step["intent"] for step in steps if "intent" in step]
    assert sorted(intents) == sorted([*read("domain.yml")["intents"], "nlu_fallback"])


def test_every_intent_can_be_answered_in_the_middle_of_a_form(steps: list[dict[str, str]]) -> None:
    # As without a form, but for the places themselves, whose words and buttons the form reads.
    by_rule = {step["intent"]: step["action"] for step in steps if "intent" in step}
    in_form = {intent: action.action_name for intent, action in (LIKELY | OTHER).items()}
    assert in_form == {
        intent: action for intent, action in by_rule.items() if intent not in ("choose_place", "nlu_fallback")
    }
    assert not set(LIKELY) & set(OTHER)


def test_slots_of_the_form_are_known(steps: list[dict[str, str]]) -> None:
    domain = read("domain.yml")
    assert domain["forms"] == {FORM: {"required_slots": [KIND, PROVINCE]}}
    assert {KIND, PROVINCE} <= set(domain["slots"])
    assert {KIND, PROVINCE} <= set(domain["entities"])
    assert FORM in {step["action"] for step in steps}


def test_domain_knows_every_intent_of_the_examples(examples: Sequence[Example]) -> None:
    trained = {example.intent for example in examples}
    buttons = {"show_entry", "show_theme", "give_feedback", "confirm_delete", "choose_place"}
    assert set(read("domain.yml")["intents"]) == trained | buttons


def test_fallback_of_the_policy_is_an_action() -> None:
    config = yaml.safe_load(RASA_CONFIG.read_text(encoding="utf-8"))
    assert config["policies"][0]["core_fallback_action_name"] in ACTION_NAMES
