"""What the compared methods of retrieval have in common.

Runs on Rasa's Python 3.10 as well, so it imports nothing else of the project.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

BEST = 10  # entries that a method names for a question

# Where each method is: "module:class". The modules are imported only in the process that measures them.
METHODS = {
    "merhaba": "retrieval_own:OwnSearch",
    "bm25": "retrieval_words:Bm25",
    "tfidf": "retrieval_words:CharacterTfidf",
    "e5": "retrieval_vectors:RawE5",
    "use": "retrieval_vectors:UniversalEncoder",
    "rasa": "retrieval_rasa:RasaSelector",
}


class Row(NamedTuple):
    """One question or paraphrase of an entry."""

    entry: str
    language: str
    text: str


class Asked(NamedTuple):
    """One question that is to be answered, and the language it is in."""

    language: str
    text: str


class Stopwatch:
    """Adds up the seconds spent inside `with`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._started


class Method(Protocol):
    """A way to find the entry that answers a question.

    `embedding` counts the time spent on turning questions into vectors, None where that is no step of its
    own; `note` says what else a reader of the table should know."""

    embedding: Stopwatch | None
    note: str

    def fit(self, rows: Sequence[Row]) -> None:
        """Learn or index the rows; those of one entry stand together."""
        ...

    def rank(self, question: Asked) -> list[str]:
        """The best entries, best first; at most BEST."""
        ...
