"""How fast the search is, besides the embedding, for as many entries as one could ever write.

    .venv/bin/python bench/search_speed.py

Texts are made of the shipped questions' words and vectors are random: neither matters for the time. Prints
the median of many messages in milliseconds, the memory of a million rows, and how soon a changed entry is
found.
"""

import dataclasses
import resource
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import psutil

from bot.base.paths import ENCODER, MODELS
from knowledge_base.calibration import load_calibration
from knowledge_base.centring import Centring
from knowledge_base.content_files import Content, load_content
from knowledge_base.encoder.encoder import Vectors, load_encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import load_examples
from knowledge_base.index import Index
from knowledge_base.indexing import centring_of, index_of
from knowledge_base.layers import Layers
from knowledge_base.nearest import NearestTexts
from knowledge_base.rows import Row, rows_of
from knowledge_base.search import Search
from knowledge_base.spelling import Spelling

LANGUAGES = ("en", "tr", "ar", "fa", "ps", "so", "kmr", "ckb", "ru")
ENTRIES, ROWS_OF_AN_ENTRY, SIZE = 1_000, 7, 384
MANY_ROWS = 1_000_000
MESSAGES = 200
_random = np.random.default_rng(0)


def vectors(count: int) -> Vectors:
    """Random vectors of length 1; shape (count, SIZE)."""
    found = _random.standard_normal((count, SIZE), dtype=np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def median(work: Callable[[int], object], count: int = MESSAGES) -> float:
    """Median milliseconds of `work`, called with 0, 1, ..."""
    times = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def large_index(content: Content) -> tuple[Content, Index, list[str]]:
    """1,000 entries with 7 rows in each of 9 languages, their index, and English texts to look for."""
    questions = [row for row in rows_of(content) if not row.is_answer]
    texts = {code: [row.text for row in questions if row.language == code] for code in LANGUAGES}
    first = next(iter(content.entries.values()))
    ids = [f"made.entry_{number}" for number in range(ENTRIES)]
    entries = {id: first.model_copy(update={"id": id}) for id in ids}
    rows = {code: _made_rows(ids, code, texts[code]) for code in LANGUAGES}
    spelling = Spelling.of([(row.text, row.language) for found in rows.values() for row in found])
    layers = Layers(
        tuple(ids),
        spelling,
        _random.standard_normal((len(spelling.columns), ENTRIES), dtype=np.float32),
        np.zeros(ENTRIES, np.float32),
        vectors(ENTRIES),
        np.zeros(ENTRIES, np.float32),
    )
    owners = [number for number in range(ENTRIES) for _ in range(ROWS_OF_AN_ENTRY)]
    nearest = {
        code: NearestTexts(
            owners, vectors(len(found)), spelling.matrix([(row.text, code) for row in found]), ENTRIES
        )
        for code, found in rows.items()
    }
    centring = Centring(dict.fromkeys(LANGUAGES, np.zeros(SIZE, np.float32)))
    index = Index(ids, rows, nearest, layers, centring)
    return dataclasses.replace(content, entries=entries), index, texts["en"]


def _made_rows(ids: Sequence[str], code: str, texts: Sequence[str]) -> list[Row]:
    count = len(ids) * ROWS_OF_AN_ENTRY
    chosen = [f"{texts[place % len(texts)]} {place}" for place in range(count)]
    return [Row(ids[place // ROWS_OF_AN_ENTRY], code, text, False) for place, text in enumerate(chosen)]


def report_search(content: Content) -> None:
    """Print the time of a message that 7,000 rows of its own language answer, and of one for which all 63,000
    rows are searched."""
    made, index, texts = large_index(content)
    asked = vectors(MESSAGES)
    calibration = load_calibration()
    sure = Search(made, index, calibration.model_copy(update={"answer": 0.0}))
    unsure = Search(made, index, calibration.model_copy(update={"answer": 1.1}))
    own = median(lambda n: sure.find(texts[n], asked[n], "en"))
    every = median(lambda n: unsure.find(texts[n], asked[n], "en"))
    rows = ENTRIES * ROWS_OF_AN_ENTRY
    print(f"{ENTRIES} entries, {rows} rows of one language: {own:.2f} ms")
    print(f"{ENTRIES} entries, {rows * len(LANGUAGES)} rows of all languages: {every:.2f} ms")


def report_many_rows() -> None:
    """Print the time and memory of nearest rows among a million."""
    from scipy.sparse import csr_matrix

    owners = np.repeat(np.arange(MANY_ROWS // 100), 100).tolist()
    before = psutil.Process().memory_info().rss
    block = NearestTexts(owners, vectors(MANY_ROWS), csr_matrix((MANY_ROWS, 1)), MANY_ROWS // 100)
    held = (psutil.Process().memory_info().rss - before) / 2**30
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20 - before / 2**30
    asked = vectors(20)
    spent = median(lambda n: block.by_meaning(asked[n]), 20)
    print(f"{MANY_ROWS} rows: {spent:.1f} ms; held {held:.2f} GiB, peak while building {peak:.1f} GiB")


def report_change(content: Content) -> None:
    """Print how long it takes until a changed entry is found."""
    cache = VectorCache(load_encoder(str(ENCODER)), MODELS)
    rows = rows_of(content)
    index = index_of(rows, cache, centring_of(load_examples(), cache), MODELS)
    changed = _changed(content, f"zorb number {time.time()}")
    start = time.perf_counter()
    found = index.with_rows(rows_of(changed), cache)
    spent = (time.perf_counter() - start) * 1000
    print(f"changed entry searchable after {spent:.0f} ms ({len(found.ids)} entries, {len(rows)} texts)")


def _changed(content: Content, text: str) -> Content:
    id, entry = next(iter(content.entries.items()))
    english = entry.translations["en"]
    more = english.model_copy(update={"paraphrases": (*english.paraphrases, text)})
    translations = entry.translations | {"en": more}
    return dataclasses.replace(
        content, entries=content.entries | {id: entry.model_copy(update={"translations": translations})}
    )


if __name__ == "__main__":
    shipped = load_content()
    report_search(shipped)
    report_many_rows()
    report_change(shipped)
