"""Fit the search's confidence, and draw how risk and coverage change with the threshold.

    .venv/bin/python bench/calibrate.py [QUESTIONS.tsv]

The confidence is fitted on bench/questions.tsv and the off-topic examples: five times a fifth of the entries
is taken out of the index, so that questions about them become near misses, which must not be answered. Writes
knowledge_base/calibration.json; its thresholds are kept. With QUESTIONS.tsv, prints risk and coverage by
threshold, also of near misses made of these questions, and writes docs/risk-coverage.svg. Takes ten minutes,
because the layers of the search are fitted anew for each fifth.
"""

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.base.paths import ENCODER, MODELS, PROJECT
from bot.pipeline.spelling import spell_for_encoder
from knowledge_base.calibration import CALIBRATION_FILE, load_calibration
from knowledge_base.content_files import Content, load_content
from knowledge_base.encoder.encoder import load_encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.evaluation import risk_coverage
from knowledge_base.examples import load_examples
from knowledge_base.fusion import fuse
from knowledge_base.index import Index
from knowledge_base.indexing import centring_of, index_of
from knowledge_base.nearest import Scores
from knowledge_base.plots import risk_picture
from knowledge_base.question_file import Question, read_questions
from knowledge_base.rows import rows_of

OWN_QUESTIONS = PROJECT / "bench" / "questions.tsv"
PICTURE = PROJECT / "docs" / "risk-coverage.svg"
FOLDS = 5
THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclasses.dataclass(frozen=True)
class Case:
    """One message asked of one index."""

    features: Scores
    right: bool


class Bench:
    """Encoder, vectors, language means and indexes, loaded once."""

    def __init__(self, content: Content) -> None:
        self.cache = VectorCache(load_encoder(str(ENCODER)), MODELS)
        self.examples = load_examples()
        self.content = content
        self.centring = centring_of(self.examples, self.cache)

    def index(self, content: Content) -> Index:
        """An index of `content`, as the service builds it."""
        return index_of(rows_of(content), self.cache, self.centring, MODELS)

    def folds(self) -> Iterator[Index]:
        """Five indexes, each without a fifth of the entries."""
        for fold in range(FOLDS):
            numbered = enumerate(self.content.entries.items())
            kept = {id: entry for place, (id, entry) in numbered if place % FOLDS != fold}
            print(f"index {fold + 1} of {FOLDS} without a fifth of the entries", file=sys.stderr)
            yield self.index(dataclasses.replace(self.content, entries=kept))

    def score(self, index: Index, question: Question) -> Case:
        """Features of one question, and whether the first entry found carries a wanted fact."""
        vector = self.cache.encode([spelled(question)])[0]
        views = index.views(question.text, vector, question.language)
        views = index.widen(views, vector, question.language)
        fused = fuse(views, np.ones(len(index.ids), dtype=bool))
        first = self.content.entries[index.ids[fused.order[0]]]
        right = bool(set(question.facts) & set(first.facts))
        return Case(fused.features, right)


def spelled(question: Question) -> str:
    """The text as the service embeds it."""
    return spell_for_encoder(question.text, question.language)


def fit(bench: Bench, indexes: Sequence[Index]) -> None:
    """Fit the logistic model and write it."""
    found = [bench.score(index, question) for index, question in _asked(bench, indexes)]
    features = np.array([case.features for case in found])
    right = np.array([case.right for case in found], dtype=float)
    spread = features.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features / spread, right)
    calibration = load_calibration().model_dump() | {
        "encoder": bench.cache.fingerprint,
        "weights": [round(float(weight), 4) for weight in model.coef_[0] / spread],
        "intercept": round(float(model.intercept_[0]), 4),
    }
    CALIBRATION_FILE.write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    print(f"fitted on {len(right)} messages; the first entry is right for {right.mean():.1%}")


def _asked(bench: Bench, indexes: Sequence[Index]) -> Iterator[tuple[Index, Question]]:
    own = [item for item in read_questions(OWN_QUESTIONS) if item.expect in ("answer", "decline")]
    off_topic = [
        Question(example.language, example.text, "decline", ())
        for example in bench.examples
        if example.intent == "off_topic"
    ]
    bench.cache.encode([spelled(question) for question in (*own, *off_topic)])
    for fold, index in enumerate(indexes):
        for question in [*own, *off_topic[fold::FOLDS]]:
            yield index, question


def draw(bench: Bench, indexes: Sequence[Index], questions: Sequence[Question]) -> None:
    """Print risk and coverage on questions and on near misses made of them, and draw both."""
    whole = bench.index(bench.content)
    known = [bench.score(whole, question) for question in questions]
    missed = [
        bench.score(index, question)
        for index in indexes
        for question in questions
        if not _carried(bench.content, index) & set(question.facts)
    ]
    calibration = load_calibration()
    outcomes = [(calibration.probability(case.features), case.right) for case in known]
    near = [calibration.probability(case.features) for case in missed]
    for threshold in THRESHOLDS:
        said = [right for confidence, right in outcomes if confidence >= threshold]
        print(
            f"threshold {threshold:.2f}: {len(said) / len(known):.1%} answered, "
            f"{(len(said) - sum(said)) / len(known):.1%} wrong; "
            f"near misses answered {sum(value >= threshold for value in near)}/{len(near)}"
        )
    curves = {"questions": risk_coverage(outcomes)}
    PICTURE.write_text(risk_picture(curves, {"answer from": calibration.answer}) + "\n", encoding="utf-8")


def _carried(content: Content, index: Index) -> set[str]:
    return {fact for id in index.ids for fact in content.entries[id].facts}


if __name__ == "__main__":
    shared = Bench(load_content())
    reduced = list(shared.folds())
    fit(shared, reduced)
    if len(sys.argv) > 1:
        answerable = [item for item in read_questions(Path(sys.argv[1])) if item.expect == "answer"]
        shared.cache.encode([spelled(item) for item in answerable])
        draw(shared, reduced, answerable)
