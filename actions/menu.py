"""The buttons that lead on from anywhere."""

from actions.base import Buttons, Speaker


def menu(speaker: Speaker, language: str) -> Buttons:
    """The buttons that lead on from anywhere."""
    return [
        speaker.button(language, "topics", "start_orientation"),
        speaker.button(language, "find_service", "find_service"),
        speaker.button(language, "language", "choose_language"),
        speaker.button(language, "human", "request_human"),
    ]
