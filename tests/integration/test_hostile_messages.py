"""Whatever is posted, the person gets a polite reply in the own language, and no log holds the words."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bot.base.languages import languages
from bot.base.texts import Texts
from tests.support.person import PATIENCE, Person
from tests.support.stack import Stack, poll

TEXTS = Texts()
WORD = "zugunruhe"  # stands in no text of the bot
MESSAGES = {
    "empty": "",
    "white space": " \n\t\u00a0\u2003 ",
    "a megabyte": f"{WORD} " * 105_000,
    "a megabyte of one letter": "x" * 1_000_000,
    "emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈",
    "NUL": f"{WORD}\x00{WORD}",
    "lone surrogates": f"\ud83d {WORD} \udc00",
    "one ligature of 18 letters": "\ufdfa" * 10_000,
    "HTML": f"<script>alert('{WORD}')</script><img src=x onerror=alert(1)>",
    "a template": f"{{{{value:{WORD}}}}} {{answer}} {{0}} %s ${{HOME}}",
    "SQL": f"'; DROP TABLE message; -- {WORD}",
    "marks of direction": f"\u202e{WORD}\u202c\u200b\u2066",
    "many combining marks": "e" + "\u0301" * 5000,
    "a line of dashes": "-" * 3000,
    "Chinese": "我想申请居留许可",
    "Hindi": "नमस्ते मुझे मदद चाहिए",
    "digits": "5",
    "only a slash": "/",
    "Rasa's entity marks": f"[{WORD}](entry)",
}
WITHIN = 2.0  # seconds


@pytest.mark.parametrize("name", MESSAGES)
def test_strange_message_gets_a_reply_in_the_chosen_language(person: Person, name: str) -> None:
    person.choose("ar")
    started = time.monotonic()
    answer = person.say(MESSAGES[name])
    assert time.monotonic() - started < WITHIN
    assert answer.language == "ar"
    assert WORD not in answer.text
    assert answer.decision not in ("answer", "handoff")
    assert person.tickets() == 0
    assert person.http.get("/health/ready").status_code == 200


@pytest.mark.parametrize("text", ["我想申请居留许可", "नमस्ते मुझे मदद चाहिए"])
def test_unknown_language_offers_all_nine_as_buttons(person: Person, text: str) -> None:
    answer = person.say(text)
    assert answer.titles == [language.name for language in languages().values()]
    assert person.press(answer, "Türkçe").language == "tr"


BODIES: dict[str, object] = {
    "no JSON": b"text=hello",
    "no UTF-8": b'{"client_id": "1", "text": "\xff\xfe"}',
    "deep brackets": b"[" * 200_000,
    "a list": [],
    "nothing": {},
    "no client_id": {"text": "hi"},
    "a long client_id": {"client_id": "x" * 65, "text": "hi"},
    "a client_id with blanks": {"client_id": "a b", "text": "hi"},
    "a number as client_id": {"client_id": 1, "text": "hi"},
    "two kinds": {"client_id": "1", "text": "hi", "button": "b"},
    "no kind": {"client_id": "1", "text": None},
    "a number as text": {"client_id": "1", "text": 1},
    "an unknown language": {"client_id": "1", "language": "xx"},
    "a list as language": {"client_id": "1", "language": ["ar"]},
    "a wrong place": {"client_id": "1", "location": [91, 0]},
    "no place": {"client_id": "1", "location": "here"},
    "not a number as place": b'{"client_id": "1", "location": [NaN, 0]}',
}


@pytest.mark.parametrize("name", BODIES)
def test_wrong_body_is_a_clear_error(person: Person, name: str) -> None:
    body = BODIES[name]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = person.http.post("/api/chat/messages", content=content)
    assert response.status_code == 422
    assert response.json()["error"].startswith("expected")
    assert person.answers() == []


def test_body_above_the_limit_is_refused(person: Person) -> None:
    body = {"client_id": "1", "text": "x" * (4 * 1024 * 1024)}
    assert person.http.post("/api/chat/messages", json=body).status_code == 413


def test_unknown_button_is_said_to_be_no_longer_valid(person: Person) -> None:
    assert "no longer valid" in person.hear(button="nosuchbutton").text


def test_same_client_id_twice_is_answered_once(person: Person) -> None:
    person.hear(client_id="once", text="hello")
    assert person.post(client_id="once", text="hello").status_code == 202
    person.say("thank you")
    assert len(person.answers()) == 2


def test_same_client_id_at_the_same_time_is_answered_once(person: Person) -> None:
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(person.post, client_id="once", text="hello") for _ in range(4)]
    assert [done.result().status_code for done in sent] == [202] * 4
    person.say("thank you")
    assert len(person.answers()) == 2


def test_messages_at_once_are_answered_one_after_the_other(person: Person, stack: Stack) -> None:
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(person.post, text=text) for text in ("hello", "thank you", "help", "goodbye")]
    assert {done.result().status_code for done in sent} == {202}
    poll(lambda: len(person.answers()) == 4, PATIENCE, "four answers")
    query = "select id, sender, answers from message where conversation_id = ? order by id"
    rows = stack.rows(query, person.id)
    assert [sender for _, sender, _ in rows] == ["person", "bot"] * 4
    assert [answers for _, _, answers in rows[1::2]] == [id for id, _, _ in rows[::2]]


def test_too_many_messages_are_read_for_emergencies_only(person: Person) -> None:
    for _ in range(20):
        person.say("")
    assert person.say("where is the hospital").text == TEXTS.get("en", "utter_too_fast")
    assert person.post(text="where is the hospital").status_code == 202
    assert person.say("my husband beats me").decision == "emergency"
    assert len(person.answers()) == 22


def test_far_too_many_messages_are_not_stored(person: Person, stack: Stack) -> None:
    replies = [person.post(text="") for _ in range(201)]
    assert [reply.status_code for reply in replies] == [202] * 200 + [429]
    assert 1 <= int(replies[-1].headers["Retry-After"]) <= 60
    assert Person(stack).post(text="").status_code == 202


def test_no_log_holds_what_was_typed(person: Person, stack: Stack) -> None:
    person.say(f"{WORD} my {WORD} hospital")
    person.http.post("/api/chat/messages", content=f'{{"text": "{WORD}"'.encode())
    person.http.get("/api/chat/texts", params={"text": WORD})
    files = [path for path in Path(stack.data / "logs").rglob("*") if path.is_file()]
    assert {path.stem for path in files} >= {"gateway", "service", "rasa", "valkey"}
    assert WORD not in stack.logs()
    assert person.id not in stack.logs()


def test_stack_still_answers_after_all_that(stack: Stack) -> None:
    assert httpx.get(stack.public_url + "/health/ready").status_code == 200
