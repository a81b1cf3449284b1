"""What is said to a message of an unsure intent, with real actions over tiny content."""

from collections.abc import Callable

import pytest

from tests.support.acting import Bot

Bots = Callable[..., Bot]


async def say(bot: Bot, text: str, likely: str, confidence: float = 0.6) -> tuple[str, str]:
    """The first text and the decision for `text`, whose likely intent is `likely`."""
    said = await bot.run("action_unsure", text, likely=(likely, confidence))
    return said.texts[0] if said.texts else "", str(said.decision.get("decision", ""))


@pytest.mark.parametrize(
    ("kind", "text", "likely", "expected"),
    [
        ("answer", "how is travel", "greet", ("utter_answer", "answer")),
        ("clarify", "what about travel and school today", "greet", ("utter_clarify", "clarify")),
        ("clarify", "travel hello", "greet", ("utter_greet", "smalltalk")),
        ("decline", "hello to all of you", "greet", ("utter_greet", "smalltalk")),
        ("decline", "a long question that nobody answered", "greet", ("utter_decline", "decline")),
        ("clarify", "what does that long film tell", "off_topic", ("utter_off_topic", "decline")),
        ("decline", "what does that long film tell", "off_topic", ("utter_off_topic", "decline")),
        ("decline", "zzz", "delete_my_data", ("utter_decline", "decline")),
        ("decline", "zzz", "ask_question", ("utter_decline", "decline")),
        ("answer", "where is the school", "find_service", ("utter_answer", "answer")),
    ],
)
async def test_unsure_message(
    bots: Bots, kind: str, text: str, likely: str, expected: tuple[str, str]
) -> None:
    assert await say(bots(kind), text, likely) == expected


@pytest.mark.parametrize(
    ("kind", "confidence", "asks"),
    [
        ("answer", 0.6, False),
        ("clarify", 0.6, True),
        ("decline", 0.6, True),
        ("clarify", 0.3, False),
        ("decline", 0.3, True),
    ],
)
async def test_unsure_wish_for_a_place_starts_the_form(
    bots: Bots, kind: str, confidence: float, asks: bool
) -> None:
    said = await bots(kind).run(
        "action_unsure", "which court is in Ankara zzz", likely=("find_service", confidence)
    )
    assert (said.events.get("followup") == "find_service_form") is asks
    assert bool(said.decision) is not asks  # the form's next question reports
    assert said.events.get("province") == ("06" if asks else None)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("answer", ("danger_hint", "answer")),
        ("clarify", ("danger_hint", "clarify")),
        ("decline", ("utter_emergency_danger", "emergency")),
    ],
)
async def test_unsure_emergency_names_the_number_first(
    bots: Bots, kind: str, expected: tuple[str, str]
) -> None:
    assert await say(bots(kind), "how is travel", "emergency") == expected


@pytest.mark.parametrize(("likely", "confidence"), [("insult", 0.3), ("deny", 0.6), ("affirm", 0.6)])
async def test_unsure_short_cry_is_not_brushed_off(bots: Bots, likely: str, confidence: float) -> None:
    # "I feel bad" in Russian was answered "All right. What would you like to know instead?"
    assert await say(bots("decline"), "zzz", likely, confidence) == ("utter_decline", "decline")


async def test_unsure_yes_counts_where_a_question_is_open(bots: Bots) -> None:
    bot = bots("decline")
    likely = ("affirm", 0.6)
    assert (await bot.run("action_unsure", "zzz", slots={"pending": "human"}, likely=likely)).decision[
        "decision"
    ] == "handoff"
    kept = await bot.run("action_unsure", "zzz", slots={"pending": "delete"}, likely=likely)
    assert kept.texts == ["utter_affirm"]  # an unsure yes never deletes
    assert bot.profile.calls == []


async def test_unsure_message_is_looked_up_once(bots: Bots) -> None:
    bot = bots("decline")
    await bot.run("action_unsure", "a film about travel", likely=("off_topic", 0.6))
    assert bot.encoder.asked == ["a film about travel"]
