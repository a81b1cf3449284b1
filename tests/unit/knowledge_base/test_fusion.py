"""Joining the views of a message, with numbers that can be followed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge_base import fusion
from knowledge_base.fusion import Fused, fuse
from knowledge_base.index import Views
from knowledge_base.nearest import Scores

NAN = float("nan")


def scores(*values: float) -> Scores:
    return np.array(values, np.float64)


def views(
    learned_meaning: Scores | None = None,
    learned_spelling: Scores | None = None,
    meaning: Scores | None = None,
    spelling: Scores | None = None,
) -> Views:
    """Views of three entries; those not given say nothing."""
    given = (learned_meaning, learned_spelling, meaning, spelling)
    return Views(*(np.zeros(3) if view is None else view for view in given))


def fused(item: Views, *absent: int) -> Fused:
    present = np.ones(len(item.meaning), np.bool_)
    present[list(absent)] = False
    return fuse(item, present)


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that a test can reckon with, whatever the best ones are."""
    chosen = {"_LEARNED_MEANING": 0.4, "_LEARNED_SPELLING": 0.3, "_MEANING": 0.2, "_SPELLING": 0.1}
    for name, weight in chosen.items():
        monkeypatch.setattr(fusion, name, weight)


@pytest.mark.usefixtures("weights")
def test_score_is_the_weighted_sum_of_standard_scores() -> None:
    # (1, -1) has a mean of 0 and a deviation of 1, so it stays as it is.
    ahead, behind = scores(1, -1), scores(-1, 1)
    assert fused(Views(ahead, ahead, ahead, ahead)).score == pytest.approx([1, -1])
    assert fused(Views(ahead, behind, ahead, behind)).score == pytest.approx([0.2, -0.2])
    assert fused(Views(behind, ahead, ahead, behind)).score == pytest.approx([0, 0])


def test_score_does_not_depend_on_the_scale_of_a_view() -> None:
    small, large = scores(0.1, 0.2, 0.6), scores(110, 120, 160)
    assert fused(views(meaning=small)).score == pytest.approx(fused(views(meaning=large)).score, abs=1e-5)


def test_score_of_an_entry_that_is_not_learned_is_that_of_its_questions() -> None:
    learned = scores(1, -1, NAN)
    nearest = scores(0, 0, 1)
    found = fused(views(learned, learned, nearest, nearest))
    assert found.score[2] == pytest.approx(np.sqrt(2))  # (1 - 1/3) / (sqrt(2) / 3)
    assert found.order[0] == 2


def test_score_of_an_absent_entry_is_last() -> None:
    found = fused(views(meaning=scores(1, 0.5, 0)), 0)
    assert found.order.tolist() == [1, 2]
    assert found.score[0] == -10


def test_order_holds_the_best_four_of_many() -> None:
    values = scores(0.1, 0.9, 0.3, 0.8, 0.2, 0.7)
    zeros = np.zeros(6)
    assert fused(Views(zeros, zeros, values, zeros)).order.tolist() == [1, 3, 5, 2]


def test_features_say_how_near_the_first_is_and_how_far_the_second() -> None:
    learned_meaning = np.log(scores(0.7, 0.2, 0.1))
    item = views(learned_meaning, scores(1.5, 0.5, -1), scores(0.9, 0.8, 0.1), scores(0.4, 0.6, 0))
    found = fused(item)
    features = found.features
    assert found.order.tolist() == [0, 1, 2]
    assert features[:4] == pytest.approx([0.7, 1.5, 0.9, 0.4])
    assert features[4] == pytest.approx(found.score[0])
    assert features[5] == pytest.approx(found.score[0] - found.score[1])
    assert features[6:] == pytest.approx([1.0, 3])  # ahead in the learned spelling, views that agree


def test_features_of_an_entry_that_is_not_learned_are_numbers() -> None:
    learned = scores(-1, -2, NAN)
    features = fused(views(learned, learned, scores(0, 0, 1), scores(0, 0, 1))).features
    assert np.isfinite(features).all()
    assert features[:2] == pytest.approx([np.exp(-7), -1])
    assert features[6] == 0
    assert features[7] == 2  # a view that does not know the entry does not agree on it


VIEW = arrays(np.float64, 5, elements=st.floats(-1, 1))


@given(VIEW, VIEW, VIEW, VIEW, st.sets(st.integers(0, 4), max_size=3))
def test_fuse_any_views(a: Scores, b: Scores, c: Scores, d: Scores, absent: set[int]) -> None:
    found = fused(Views(a, b, c, d), *absent)
    ordered = found.score[found.order]
    assert ordered.tolist() == sorted(found.score, reverse=True)[: min(4, 5 - len(absent))]
    assert not absent & {int(number) for number in found.order}
    assert np.isfinite(found.features).all()
