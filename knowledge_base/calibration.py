"""Turning search scores into a probability, and the thresholds on it."""

import json
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.base.paths import PROJECT
from knowledge_base.index import Scores

CALIBRATION_FILE = PROJECT / "knowledge_base" / "calibration.json"


class Calibration(BaseModel):
    """A fitted logistic model. It belongs to one encoder, whose fingerprint it carries."""

    model_config = ConfigDict(frozen=True)

    encoder: str
    weights: tuple[float, ...]
    intercept: float
    answer: float  # least probability to answer directly
    answer_one_word: float  # the same for a message of one word, which is rarely a question
    clarify: float  # least probability to offer a choice

    def probability(self, features: Scores) -> float:
        """Probability that the first entry answers the message."""
        return float(1 / (1 + np.exp(-(np.dot(self.weights, features) + self.intercept))))

    def answer_threshold(self, words: int) -> float:
        """Least probability to answer a message of that many words directly."""
        return self.answer_one_word if words <= 1 else self.answer


def load_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The calibration that comes with the project."""
    return Calibration.model_validate(json.loads(path.read_text(encoding="utf-8")))
