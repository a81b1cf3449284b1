"""Reading the labelled examples, and what they must hold for training."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.base.fold import fold
from bot.base.languages import languages
from knowledge_base.examples import Example, load_examples

INTENTS = {
    "greet", "thanks", "goodbye", "help", "bot_identity", "insult", "off_topic", "affirm", "deny",
    "ask_question", "choose_language", "request_human", "emergency", "start_orientation", "find_service",
    "delete_my_data",
}  # fmt: skip


def of(examples: Sequence[Example], code: str) -> list[Example]:
    return [example for example in examples if example.language == code]


def test_examples_cover_every_intent_of_every_language(examples: Sequence[Example], code: str) -> None:
    counts = Counter(example.intent for example in of(examples, code))
    assert set(counts) == INTENTS
    assert {name: count for name, count in counts.items() if count < 15} == {}
    assert counts["ask_question"] >= 40


def test_examples_stand_once_in_a_language(examples: Sequence[Example], code: str) -> None:
    counts = Counter(example.text for example in of(examples, code))
    assert [text for text, count in counts.items() if count > 1] == []


def test_examples_contradict_each_other_nowhere(examples: Sequence[Example], code: str) -> None:
    intents: dict[str, set[str]] = {}
    for example in of(examples, code):
        intents.setdefault(fold(example.text), set()).add(example.intent)
    assert {text: names for text, names in intents.items() if len(names) > 1} == {}


def test_examples_hold_nothing_that_rasa_reads_as_a_mark(examples: Sequence[Example], code: str) -> None:
    # Rasa reads a slash at the beginning as an intent and brackets as an entity.
    bad = [
        e.text for e in of(examples, code) if not e.text or e.text[0] == "/" or set(e.text) & set("[](){}|")
    ]
    assert bad == []


def test_examples_are_of_known_languages(examples: Sequence[Example]) -> None:
    assert {example.language for example in examples} == set(languages())


def test_load_examples_of_one_file(tmp_path: Path) -> None:
    text = "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - hi - there\n\n    - selam\n"
    (tmp_path / "en.yml").write_text(text, encoding="utf-8")
    assert load_examples(tmp_path) == [Example("en", "greet", "hi - there"), Example("en", "greet", "selam")]
