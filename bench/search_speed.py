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

from bot.base.paths import ENCODER, MODELS
from knowledge_base.calibration import load_calibration
from knowledge_base.centring import Centring
from knowledge_base.content_files import Content, load_content
from knowledge_base.encoder.encoder import Vectors, load_encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import load_examples
from knowledge_base.index import Index, build_index, centred_vectors
from knowledge_base.layer_files import layers_for
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
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def median(work: Callable[[int], object], count: int = MESSAGES) -> float:
    """Median milliseconds of `work`, called with 0, 1, ..."""
    times = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def large_search(content: Content) -> tuple[Search, list[str]]:
    """A search over 1,000 entries with 7 rows in each of 9 languages, and texts to look for."""
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
    return Search(dataclasses.replace(content, entries=entries), index, load_calibration()), texts["en"]


def _made_rows(ids: Sequence[str], code: str, texts: Sequence[str]) -> list[Row]:
    count = len(ids) * ROWS_OF_AN_ENTRY
    chosen = [f"{texts[place % len(texts)]} {place}" for place in range(count)]
    return [Row(ids[place // ROWS_OF_AN_ENTRY], code, text, False) for place, text in enumerate(chosen)]


def report_search(content: Content) -> None:
    """Print the time of a message over 7,000 rows of one language, and over 63,000 of all."""
    search, texts = large_search(content)
    asked = vectors(MESSAGES)
    own = median(lambda n: search._score(texts[n], asked[n], "en", all_languages=False).features)
    every = median(lambda n: search._score(texts[n], asked[n], "en", all_languages=True).features)
    rows = ENTRIES * ROWS_OF_AN_ENTRY
    print(f"{ENTRIES} entries, {rows} rows of one language: {own:.2f} ms")
    print(f"{ENTRIES} entries, {rows * len(LANGUAGES)} rows of all languages: {every:.2f} ms")


def report_many_rows() -> None:
    """Print the time and memory of nearest rows among a million."""
    from scipy.sparse import csr_matrix

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    owners = np.repeat(np.arange(MANY_ROWS // 100), 100).tolist()
    block = NearestTexts(owners, vectors(MANY_ROWS), csr_matrix((MANY_ROWS, 1)), MANY_ROWS // 100)
    asked = vectors(20)
    spent = median(lambda n: block.by_meaning(asked[n]), 20)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20
    held = block._dense._index.sa_code_size() * MANY_ROWS / 2**30
    print(
        f"{MANY_ROWS} rows: {spent:.1f} ms; vectors held {held:.2f} GiB, peak while building {peak:.1f} GiB"
    )


def report_change(content: Content) -> None:
    """Print how long it takes until a changed entry is found."""
    cache = VectorCache(load_encoder(str(ENCODER)), MODELS)
    examples = load_examples()
    means = cache.encode([example.text for example in examples])
    centring = Centring.of(means, [example.language for example in examples])
    rows = rows_of(content)
    layers = layers_for(rows, centred_vectors(rows, cache, centring), cache.fingerprint, MODELS)
    index = build_index(content, cache, centring, layers)
    changed = _changed(content, f"zorb number {time.time()}")
    start = time.perf_counter()
    found = index.with_content(changed, cache)
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
