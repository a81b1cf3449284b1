"""Turning scores into a probability."""

from pathlib import Path

import numpy as np
import pytest

from bot.base.paths import ENCODER
from knowledge_base.calibration import Calibration, load_calibration
from knowledge_base.encoder.encoder import fingerprint
from knowledge_base.fusion import fuse
from knowledge_base.index import Views


def test_calibration_belongs_to_the_shipped_encoder() -> None:
    calibration = load_calibration()
    assert calibration.encoder == fingerprint(str(ENCODER))
    assert 0 < calibration.clarify_few_words <= calibration.clarify < calibration.answer
    assert calibration.answer <= calibration.answer_two_words <= calibration.answer_one_word


def test_calibration_has_a_weight_for_each_feature() -> None:
    view = np.array([1.0, 0.0])
    features = fuse(Views(view, view, view, view), np.array([True, True])).features
    assert len(load_calibration().weights) == len(features)


def test_calibration_reads_its_file(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(load_calibration().model_dump_json(), encoding="utf-8")
    assert load_calibration(path) == load_calibration()


def test_probability_grows_with_the_features() -> None:
    calibration = Calibration(
        encoder="x",
        weights=(2.0, 1.0),
        intercept=-1.0,
        answer=0.5,
        answer_one_word=0.9,
        answer_two_words=0.7,
        clarify=0.1,
        clarify_few_words=0.05,
    )
    assert calibration.probability(np.array([0.5, 0.0])) == pytest.approx(0.5)
    assert calibration.probability(np.array([1.0, 1.0])) > calibration.probability(np.array([0.5, 1.0]))
    assert [calibration.answer_threshold(words) for words in (0, 1, 2, 3)] == [0.9, 0.9, 0.7, 0.5]
    assert [calibration.clarify_threshold(words) for words in (6, 7)] == [0.05, 0.1]
