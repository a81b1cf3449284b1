"""Emergencies in every language, and alarms that must not be."""

import pytest

from bot.base.texts import Texts
from tests.support.person import Person

TEXTS = Texts()
VIOLENCE = [
    ("en", "my husband is beating me"),
    ("tr", "kocam beni dövüyor"),
    ("ar", "زوجي عم يضربني"),
    ("ar", "jozi 3am yedrebni"),
    ("fa", "شوهرم داره منو میزنه"),
    ("fa", "shoharam mano mizane"),
    ("ps", "خاوند می ما وهي مرسته وکړئ"),
    ("so", "ninkaygu wuu i garaacayaa"),
    ("kmr", "mêrê min li min dixe"),
    ("ckb", "مێردم لێم ئەدا فریام بکەون"),
    ("ru", "муж меня бьёт"),
]
COMMANDS = [
    "/request_human",
    "\u00a0/request_human",
    "\u200b/request_human",
    "\\/request_human",
    "/emergency",
    "/EMERGENCY",
    "/restart",
    "/session_start",
    "/confirm_delete",
    '/show_entry{"entry": "registration.travel_permit"}',
    '/choose_language{"language": "ru"}',
]


@pytest.mark.parametrize(("code", "text"), VIOLENCE)
def test_violence_gets_numbers_in_its_language_and_a_person(person: Person, code: str, text: str) -> None:
    answer = person.say(text)
    assert (answer.decision, answer.language) == ("emergency", code)
    assert answer.text == TEXTS.get(code, "utter_emergency_violence")
    assert "112" in answer.text
    assert person.press(answer, TEXTS.get(code, "button_human")).decision == "handoff"
    assert person.tickets() == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my child cannot breathe", "medical"),
        ("our boat is sinking", "sea"),
        ("I want to kill myself", "suicide"),
        ("they are deporting me now", "removal"),
        ("my child is missing", "child"),
    ],
)
def test_kind_of_emergency_has_its_own_reply(person: Person, text: str, name: str) -> None:
    answer = person.say(text)
    days = "7" if name == "removal" else ""
    assert answer.text == TEXTS.get("en", f"utter_emergency_{name}", deportation_appeal_days=days)


def test_cry_in_two_scripts_is_an_alarm(person: Person) -> None:
    # Only the phrases of the script with the most letters were looked for.
    cry = "ساعدوني زوجي يضربني please help me quickly now I need help from anyone here"
    assert person.say(cry).decision == "emergency"


@pytest.mark.parametrize("cry", ["اريد ان انتحر /help", "я хочу умереть /help"])
def test_cry_beside_a_command_is_an_alarm(person: Person, cry: str) -> None:
    # Letters that are not Latin did not count beside a command, so the cry was answered as one.
    assert person.say(cry).decision == "emergency"


def test_yes_after_an_emergency_does_not_answer_an_older_question(person: Person) -> None:
    # The alarm goes past Rasa, where "delete everything?" was still waiting for its yes.
    person.say("delete my data")
    assert person.say("my husband is beating me").decision == "emergency"
    person.say("yes")
    assert len(person.answers()) == 3


@pytest.mark.parametrize("text", COMMANDS)
def test_typed_command_is_not_executed(person: Person, text: str) -> None:
    person.say("delete my data")
    answer = person.say(text)
    assert answer.text == TEXTS.get("en", "utter_help")
    assert (answer.language, answer.how["entry"], person.tickets()) == ("en", None, 0)
    assert len(person.answers()) == 2


def test_question_behind_a_slash_is_answered(person: Person) -> None:
    assert person.say("/ How do I get a travel permit?").how["entry"] == "registration.travel_permit"


def test_cry_for_help_behind_a_slash_is_an_alarm(person: Person) -> None:
    assert person.say("/help he wants to kill me").decision == "emergency"
