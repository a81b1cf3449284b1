"""Joining the four views of a message into one score of each entry, and describing how sure it is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge_base.index import Views
from knowledge_base.nearest import Scores

# Of the learned spelling, the learned meaning, the nearest spelling and the nearest meaning. The top is flat:
# bench/fusion_weights.py finds no weights that do better on questions they were not chosen on.
WEIGHTS = (0.35, 0.4, 0.1, 0.15)
_LEARNED_SPELLING, _LEARNED_MEANING, _SPELLING, _MEANING = WEIGHTS
_FAR = -10.0  # standard deviations; below every entry that is there


@dataclass(frozen=True)
class Fused:
    """The views of one message and their weighted sum, in standard deviations over the entries."""

    views: Views
    score: Scores

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Numbers of the best four entries that are there, best first."""
        fourth = max(len(self.score) - 4, 0)
        best = np.flatnonzero(self.score >= np.partition(self.score, fourth)[fourth])
        best = best[np.argsort(-self.score[best], kind="stable")][:4]
        return best[self.score[best] > _FAR]

    @cached_property
    def features(self) -> Scores:
        """What the confidence is computed from: how near the first entry is, how far the others are behind,
        and how many views agree on it."""
        first, second = self.order[0], self.order[min(1, len(self.order) - 1)]
        views = self.views
        every = (views.learned_meaning, views.learned_spelling, views.meaning, views.spelling)
        agreeing = sum(int(view[first] >= np.nanmax(view)) for view in every)
        return np.array(
            [
                np.exp(_known(views.learned_meaning[first], -7.0)),
                _known(views.learned_spelling[first], -1.0),
                views.meaning[first],
                views.spelling[first],
                self.score[first],
                self.score[first] - self.score[second],
                _known(views.learned_spelling[first] - views.learned_spelling[second], 0.0),
                float(agreeing),
            ]
        )


def fuse(views: Views, present: NDArray[np.bool_]) -> Fused:
    """Join the views; entries that are not `present` come last.

    An entry that the learned views do not know yet is scored by its nearest questions alone."""
    nearest = _SPELLING * standard(views.spelling) + _MEANING * standard(views.meaning)
    learned = _LEARNED_SPELLING * standard(views.learned_spelling)
    learned += _LEARNED_MEANING * standard(views.learned_meaning)
    alone = nearest / (_SPELLING + _MEANING)
    score = np.where(np.isnan(learned), alone, learned + nearest)
    return Fused(views, np.where(present, score, _FAR))


def standard(scores: Scores) -> Scores:
    """Scores in standard deviations over the entries; what is not known stays so."""
    known = scores[~np.isnan(scores)]
    return np.asarray((scores - known.mean()) / (known.std() + 1e-9))


def _known(value: float, otherwise: float) -> float:
    return otherwise if np.isnan(value) else float(value)
