"""Answering from the knowledge base, with real actions over tiny content."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.base.texts import Texts
from knowledge_base.content_files import Content
from tests.support.acting import Bot
from tests.support.tiny import Files, load, tiny_files

Bots = Callable[..., Bot]


def changed(root: Path, **frame: Any) -> Content:
    """Tiny content in which the entry about travel has another frame."""
    files: Files = tiny_files()
    files["entries/life.yml"]["travel"].update(frame)
    return load(root / "changed", files)


async def test_answer_reports_entry_facts_and_alternatives(bots: Bots) -> None:
    said = await bots("answer").run("action_answer", "Question about travel", "ask_question")
    assert said.texts == ["utter_answer"]
    assert said.words == {"answer": "life.travel"}
    assert said.decision["decision"] == "answer"
    assert (said.decision["entry"], said.decision["facts"]) == ("life.travel", ["F1"])
    assert len(said.decision["alternatives"]) == 2
    assert said.events == {"pending": None}


async def test_answer_reports_the_language_of_the_text(bots: Bots) -> None:
    # Turkish has the question, but no answer.
    said = await bots("answer").run("action_answer", "travel sorusu", language="tr")
    assert said.decision["language"] == "en"


@pytest.mark.parametrize(("refuse", "decision"), [(True, "refuse"), (False, "answer")])
async def test_entry_marked_refuse_is_reported_as_a_refusal(
    bots: Bots, tmp_path: Path, refuse: bool, decision: str
) -> None:
    bot = bots("answer", changed(tmp_path, refuse=refuse))
    for action in ("action_answer", "action_show_entry"):
        said = await bot.run(action, "Question about travel", entities={"entry": "life.travel"})
        assert said.texts == ["utter_answer"]  # the answer says the risk and the legal way
        assert (said.decision["decision"], said.decision["entry"]) == (decision, "life.travel")
        assert said.decision["facts"] == ["F1"]


async def test_refusal_among_the_alternatives_changes_nothing(bots: Bots, tmp_path: Path) -> None:
    bot = bots("answer", changed(tmp_path, refuse=True))
    said = await bot.run("action_answer", "Question about school")
    assert (said.decision["decision"], said.decision["entry"]) == ("answer", "life.school")


async def test_answer_buttons_lead_on(bots: Bots, texts: Texts, tmp_path: Path) -> None:
    bot = bots("answer", changed(tmp_path, places=["court", "labour_office", "population_office"]))
    said = await bot.run("action_show_entry", entities={"entry": "life.travel"})
    assert list(said.buttons.values()) == [
        '/show_entry{"entry": "life.school"}',
        '/show_entry{"entry": "life.doctor"}',
        '/choose_place{"service_kind": "labour_office"}',  # a court is no kind of the directory
        '/give_feedback{"entry": "life.travel", "helpful": "yes"}',
        '/give_feedback{"entry": "life.travel", "helpful": "no"}',
        "/request_human",
    ]
    assert "Question about school" in said.buttons
    assert texts.get("en", "button_find_service") in said.buttons


async def test_answer_without_a_known_place_has_no_button_for_it(bots: Bots) -> None:
    said = await bots("answer").run("action_show_entry", entities={"entry": "life.travel"})
    assert not any("choose_place" in payload for payload in said.buttons.values())


async def test_choice_offers_three_questions_and_a_person(bots: Bots) -> None:
    said = await bots("clarify").run("action_answer", "travel and school")
    assert said.texts == ["utter_clarify"]
    assert len(said.buttons) == 4
    assert said.decision["decision"] == "clarify"
    assert len(said.decision["alternatives"]) == 3
    assert said.decision["confidence"] == said.decision["alternatives"][0]["confidence"]


async def test_decline_offers_a_person_and_names_the_number(bots: Bots) -> None:
    said = await bots("decline").run("action_answer", "zzz")
    assert said.texts == ["utter_decline", "danger_hint"]
    assert list(said.buttons.values()) == ["/request_human", "/start_orientation"]
    assert (said.decision["decision"], said.decision["confidence"]) == ("decline", 0)
    assert said.events == {"pending": "human"}


@pytest.mark.parametrize(("kind", "text"), [("answer", "utter_answer"), ("clarify", "utter_off_topic")])
async def test_off_topic_gives_a_sure_answer_only(bots: Bots, kind: str, text: str) -> None:
    assert (await bots(kind).run("action_off_topic", "about travel", "off_topic")).texts == [text]


async def test_show_entry_that_is_gone(bots: Bots) -> None:
    for entities in ({"entry": "life.nothing"}, None):
        said = await bots("answer").run("action_show_entry", entities=entities)
        assert said.texts == ["utter_expired_button"]
        assert said.decision["decision"] == "decline"


async def test_search_takes_the_vector_that_the_message_has(bots: Bots) -> None:
    bot = bots("answer")
    await bot.run("action_answer", "about work")
    assert bot.encoder.asked == ["about work"]  # no vector came with the message
