"""From a score of each row to the best entries."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from retrieval_common import BEST, Row


class EntriesOfRows:
    """The entries that rows belong to; those of one entry stand together."""

    def __init__(self, rows: Sequence[Row]) -> None:
        changes = [n for n, row in enumerate(rows) if n == 0 or row.entry != rows[n - 1].entry]
        self._starts = np.array(changes, dtype=np.intp)
        self._ids = [rows[n].entry for n in changes]

    def best(self, scores: NDArray[np.float32]) -> list[str]:
        """The entries of the nearest rows, best first."""
        of_entries = np.maximum.reduceat(scores, self._starts)
        return [self._ids[n] for n in np.argsort(-of_entries, kind="stable")[:BEST]]
