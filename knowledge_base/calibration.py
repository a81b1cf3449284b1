"""Turning search scores into a probability, and the thresholds on it."""

import json
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.base.paths import PROJECT
from knowledge_base.nearest import Scores

_SHORT_QUESTION_WORDS = 6
CALIBRATION_FILE = PROJECT / "knowledge_base" / "calibration.json"


class Calibration(BaseModel):
    """A fitted logistic model. It belongs to one encoder, whose fingerprint it carries."""

    model_config = ConfigDict(frozen=True)

    encoder: str
    weights: tuple[float, ...]
    intercept: float
    answer: float  # least probability to answer directly
    answer_one_word: float  # the same for a message of one word: 1, because it is never a question
    answer_two_words: float
    clarify: float  # least probability to offer a choice
    clarify_few_words: float  # the same for up to six words, which are rarely about nothing we know

    def probability(self, features: Scores) -> float:
        """Probability that the first entry answers the message."""
        return float(1 / (1 + np.exp(-(np.dot(self.weights, features) + self.intercept))))

    def answer_threshold(self, words: int) -> float:
        """Least probability to answer a message of that many words directly."""
        if words <= 1:
            return self.answer_one_word
        return self.answer_two_words if words == 2 else self.answer

    def clarify_threshold(self, words: int) -> float:
        """Least probability to offer a choice for a message of that many words."""
        return self.clarify_few_words if words <= _SHORT_QUESTION_WORDS else self.clarify


def load_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The calibration that comes with the project."""
    return Calibration.model_validate(json.loads(path.read_text(encoding="utf-8")))
