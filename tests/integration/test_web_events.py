"""Server-sent events of an open page."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from tests.support.person import Person


def _messages(person: Person, number: int, last: int | None = None) -> list[dict[str, object]]:
    """The first `number` message events of a page that has seen the messages up to `last`."""
    with person.events(last) as events:
        found = (event for event in events if event["event"] == "message")
        return [next(found) for _ in range(number)]


def test_page_without_history_gets_the_state_first(person: Person) -> None:
    with person.events() as events:
        assert next(events) == {"event": "state", "data": {"language": None, "direction": "auto"}}


def test_page_gets_the_history_in_order(person: Person) -> None:
    person.choose("ar")
    person.say("شكرا كتير")
    shown = [event["data"] for event in _messages(person, 4)]
    assert [message["from"] for message in shown] == ["person", "bot"] * 2
    assert [message["direction"] for message in shown[1::2]] == ["rtl", "rtl"]
    assert shown[2]["text"] == "شكرا كتير"


def test_page_that_comes_back_gets_only_what_it_missed(person: Person) -> None:
    person.say("hello")
    seen = int(str(_messages(person, 2)[-1]["id"]))
    person.say("thank you very much")
    missed = _messages(person, 2, seen)
    assert [event["data"]["from"] for event in missed] == ["person", "bot"]
    assert all(int(event["id"]) > seen for event in missed)


def test_open_page_gets_typing_and_both_messages_as_they_happen(person: Person) -> None:
    with ThreadPoolExecutor(1) as pool, person.events() as events:
        assert next(events)["event"] == "state"
        sent = pool.submit(person.post, client_id="mine", text="hello")
        names = [next(events) for _ in range(4)]
        assert sent.result().json() == {"status": "accepted"}
    assert sorted(event["event"] for event in names) == ["message", "message", "state", "typing"]
    mine, reply = (event["data"] for event in names if event["event"] == "message")
    assert (mine["client_id"], reply["from"]) == ("mine", "bot")
    assert {"id", "title"} == set(reply["buttons"][0])


def test_two_pages_of_one_conversation_get_the_same(person: Person) -> None:
    with ThreadPoolExecutor(2) as pool:
        pages = [pool.submit(_messages, person, 2) for _ in range(2)]
        person.say("hello")
        first, second = (page.result(10) for page in pages)
    assert first == second


def test_page_of_another_person_gets_nothing_of_it(person: Person) -> None:
    stranger = Person(person.stack)
    person.say("hello")
    stranger.say("thank you very much")
    assert "hello" not in str(_messages(stranger, 2))


def test_deletion_clears_an_open_page(person: Person) -> None:
    asked = person.say("delete my data")
    last = int(str(_messages(person, 2)[-1]["id"]))
    with ThreadPoolExecutor(1) as pool, person.events(last) as events:
        assert next(events)["event"] == "state"
        pool.submit(person.press, asked, "Yes, delete everything")
        names = [event["event"] for event in islice(events, 5)]
        assert "reset" in names


def test_page_that_comes_back_after_a_deletion_is_cleared(person: Person) -> None:
    asked = person.say("delete my data")
    last = int(str(_messages(person, 2)[-1]["id"]))
    person.press(asked, "Yes, delete everything")
    with person.events(last) as events:
        names = [next(events)["event"] for _ in range(3)]
    assert names == ["state", "reset", "message"]


def test_number_of_a_last_event_that_is_none_means_from_the_beginning(person: Person) -> None:
    person.say("hello")
    for last in ("x", "-1", "99999999999999999999999", "9" * 5000, "٣"):
        headers = {"Last-Event-ID": last.encode()}
        with person.http.stream("GET", "/api/chat/events", headers=headers) as response:
            assert response.status_code == 200
            text = next(line for line in response.iter_lines() if '"from": "person"' in line)
            assert "hello" in text
