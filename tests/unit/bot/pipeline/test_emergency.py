"""The language of the phrase files, with phrases made for the test."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pipeline.emergency import FACTS, KINDS, EmergencyRecogniser, read_phrase_file

Phrases = dict[str, list[str]]


def recogniser_of(
    directory: Path, phrases: Phrases, exceptions: list[str] | None = None
) -> EmergencyRecogniser:
    write(directory / "en.yml", "en", phrases, exceptions)
    return EmergencyRecogniser(directory)


def write(path: Path, language: str, phrases: Phrases, exceptions: list[str] | None = None) -> None:
    data = {"language": language, "phrases": phrases, "exceptions": exceptions or []}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("phrase", "matching", "other"),
    [
        ("kill me", "They want to KILL me!!!", "skill me"),
        ("kill me", "kill\nme", "kill a me"),
        ("kill .. me", "kill or even hurt me", "kill one two three four me"),
        ("kill .. me", "kill me", "me kill"),
        ("threat* me", "he threatened me", "he is a threat to me"),
        ("threat*", "threat", "a thread"),
        ("*bleed*", "she is nosebleeding", "blood"),
        ("beats|hits me|us", "he hits us", "he hits them"),
        ("= help", "  HELP !!", "help with my papers"),
        ("= please|pls help", "pls help", "pls please help"),
        ("can't breathe", "I cant breathe", "can you breathe"),
        ("don’t kill", "don't kill", "dont skill"),
    ],
)
def test_phrase_that_matches(tmp_path: Path, phrase: str, matching: str, other: str) -> None:
    recogniser = recogniser_of(tmp_path, {"danger": [phrase]})
    alarm = recogniser.recognise(matching, "en")
    assert alarm is not None
    assert (alarm.kind, alarm.language) == ("danger", "en")
    assert recogniser.recognise(other, "en") is None


@pytest.mark.parametrize(
    "text", ["I n-e-e-d help kill me", "kill_me", "k̈ill me", "kiiiill me", "ＫＩＬＬ me"]
)
def test_phrase_written_carelessly(tmp_path: Path, text: str) -> None:
    assert recogniser_of(tmp_path, {"danger": ["kill me"]}).recognise(text, "en")


def test_exception_takes_its_own_words_out_of_the_message(tmp_path: Path) -> None:
    recogniser = recogniser_of(tmp_path, {"danger": ["beat me"]}, ["beat me .. years ago"])
    assert recogniser.recognise("he beat me", "en")
    assert recogniser.recognise("he beat me ten years ago", "en") is None
    assert recogniser.recognise("he beat me ten years ago and now he beat me again", "en")


def test_most_urgent_kind_comes_first(tmp_path: Path) -> None:
    recogniser = recogniser_of(tmp_path, {"distress": ["sad"], "violence": ["beat"], "medical": ["blood"]})
    assert KINDS[0] == "medical"
    for text, kind in (("sad beat blood", "medical"), ("sad beat", "violence"), ("sad", "distress")):
        alarm = recogniser.recognise(text, "en")
        assert alarm is not None
        assert alarm.kind == kind


def test_files_of_the_recognised_language_are_asked_first(tmp_path: Path) -> None:
    for language in ("en", "so", "tr"):
        write(tmp_path / f"{language}.yml", language, {"danger": ["polis"]})
    recogniser = EmergencyRecogniser(tmp_path)
    for asked, expected in (("tr", "tr"), ("so", "so"), ("kmr", "en")):
        alarm = recogniser.recognise("polis", asked)
        assert alarm is not None
        assert alarm.language == expected


def test_files_of_another_script_are_not_asked(tmp_path: Path) -> None:
    write(tmp_path / "ru.yml", "ru", {"danger": ["помогите", "*112*"]})
    recogniser = EmergencyRecogniser(tmp_path)
    assert recogniser.files[0].script == "cyrillic"
    assert recogniser.recognise("помогите", "en")
    assert recogniser.recognise("call 112", "ru") is None


def test_file_with_an_unknown_kind(tmp_path: Path) -> None:
    write(tmp_path / "en.yml", "en", {"fire": ["it burns"]})
    with pytest.raises(ValueError, match=r"en\.yml: expected the kinds medical, .* got fire"):
        read_phrase_file(tmp_path / "en.yml")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "ar", "ru", "xx"]))
def test_recognise_any_text(recogniser: EmergencyRecogniser, text: str, language: str) -> None:
    alarm = recogniser.recognise(text, language)
    assert alarm is None or (alarm.kind in KINDS and FACTS[alarm.kind])
