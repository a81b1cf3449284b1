"""Fit the search's confidence on the project's own content, and print how it holds on a question file.

    .venv/bin/python bench/calibrate.py [QUESTIONS.tsv]

Positive cases: each question and paraphrase, asked while it is left out of the index. Negative cases: the
same for entries that are left out entirely (near misses), and the off-topic examples. Writes
knowledge_base/calibration.json; thresholds in it are kept.
"""

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
from question_file import Question, read_questions
from sklearn.linear_model import LogisticRegression

from bot.base.paths import ENCODER, MODELS
from bot.pipeline.spelling import spell_for_encoder
from knowledge_base.calibration import CALIBRATION_FILE, load_calibration
from knowledge_base.centring import Centring
from knowledge_base.content_files import Content, load_content
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import Example, load_examples
from knowledge_base.index import Index, Scores
from knowledge_base.search import CHOICES, Views

FOLDS = 5


class Bench:
    """Encoder, vectors and centring, loaded once."""

    def __init__(self) -> None:
        self.cache = VectorCache(Encoder(str(ENCODER)), MODELS)
        self.examples = load_examples()
        vectors = self.cache.encode([example.text for example in self.examples])
        self.centring = Centring.of(vectors, [example.language for example in self.examples])

    def features(self, index: Index, text: str, language: str) -> tuple[Scores, list[str]]:
        """Features of one message and the entries found, best first."""
        vector = self.cache.encode([spell_for_encoder(text, language)])[0]
        views = Views.of(index, text, vector, language)
        order = np.argsort(-views.fused)[: CHOICES + 1]
        return views.features(order), [index.ids[number] for number in order]


def without(content: Content, fold: int) -> tuple[Content, list[tuple[str, str, str]]]:
    """Content without a fold of questions and of entries, and the (entry, language, text) left out."""
    kept, cases = {}, []
    for number, (id, entry) in enumerate(content.entries.items()):
        gone = number % FOLDS == fold
        translations = {}
        for code, translation in entry.translations.items():
            texts = [translation.question, *translation.paraphrases]
            out = [text for place, text in enumerate(texts) if gone or place % FOLDS == fold]
            cases += [(id, code, text) for text in out]
            left = [text for text in texts if text not in out]
            if left:
                translations[code] = translation.model_copy(
                    update={"question": left[0], "paraphrases": tuple(left[1:])}
                )
        if not gone:
            kept[id] = entry.model_copy(update={"translations": translations})
    return dataclasses.replace(content, entries=kept), cases


def own_cases(bench: Bench, content: Content) -> tuple[Scores, Scores]:
    """Features and outcome (1: the first entry is right) of all left-out questions and off-topic examples."""
    features, outcomes = [], []
    for fold in range(FOLDS):
        reduced, cases = without(content, fold)
        index = Index(reduced, bench.cache, bench.centring)
        for id, code, text in cases:
            row, found = bench.features(index, text, code)
            features.append(row)
            outcomes.append(float(found[0] == id))
        for example in _off_topic(bench.examples, fold):
            row, _ = bench.features(index, example.text, example.language)
            features.append(row)
            outcomes.append(0.0)
    return np.array(features), np.array(outcomes)


def _off_topic(examples: list[Example], fold: int) -> list[Example]:
    chosen = [example for example in examples if example.intent == "off_topic"]
    return [example for place, example in enumerate(chosen) if place % FOLDS == fold]


def fit(bench: Bench, content: Content) -> None:
    """Fit the logistic model and write it."""
    features, outcomes = own_cases(bench, content)
    spread = features.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features / spread, outcomes)
    calibration = load_calibration().model_dump() | {
        "encoder": bench.cache.fingerprint,
        "weights": [round(float(weight), 4) for weight in model.coef_[0] / spread],
        "intercept": round(float(model.intercept_[0]), 4),
    }
    CALIBRATION_FILE.write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    print(f"fitted on {len(outcomes)} messages; the first entry is right for {outcomes.mean():.1%}")


def report(bench: Bench, content: Content, questions: list[Question]) -> None:
    """Share answered and share of wrong answers by threshold, on questions whose first fact is covered."""
    index = Index(content, bench.cache, bench.centring)
    calibration = load_calibration()
    covered = {fact for entry in content.entries.values() for fact in entry.facts}
    rows = []
    for question in questions:
        features, found = bench.features(index, question.text, question.language)
        right = bool(set(question.facts) & set(content.entries[found[0]].facts))
        kind = "none" if question.expect in ("decline", "smalltalk") else question.expect
        if kind == "answer" and (not question.facts or question.facts[0] not in covered):
            kind = "uncovered"
        rows.append((kind, calibration.probability(features), right))
    for threshold in np.arange(0.1, 1.0, 0.1):
        parts = [_line(rows, kind, threshold) for kind in ("answer", "uncovered", "clarify", "none")]
        print(f"threshold {threshold:.1f}  " + "  ".join(parts))


def _line(rows: list[tuple[str, float, bool]], kind: str, threshold: float) -> str:
    mine = [row for row in rows if row[0] == kind]
    said = [row for row in mine if row[1] >= threshold]
    wrong = sum(not right for _, _, right in said)
    return f"{kind}: answered {len(said)}/{len(mine)}, wrong {wrong}"


if __name__ == "__main__":
    shared, content = Bench(), load_content()
    fit(shared, content)
    if len(sys.argv) > 1:
        report(shared, content, read_questions(Path(sys.argv[1])))
