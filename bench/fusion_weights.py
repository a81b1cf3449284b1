"""How well the weights of the four views hold on questions that they were not chosen on.

    .venv/bin/python bench/fusion_weights.py [QUESTIONS.tsv]

Five times, in five parts: the weights that put the right entry first most often for four parts (out of all
steps of 0.05) are tried on the fifth. Prints that share beside the share with the weights in use; on
bench/questions.tsv, and with QUESTIONS.tsv on both together.
"""

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from calibrate import OWN_QUESTIONS, Bench, spelled
from numpy.typing import NDArray

from knowledge_base.content_files import load_content
from knowledge_base.fusion import WEIGHTS, standard
from knowledge_base.question_file import Question, read_questions

PARTS, REPEATS, STEPS = 5, 5, 20
Right = NDArray[np.bool_]  # (weights, questions): whether the first entry carries a wanted fact


def grid() -> list[tuple[float, ...]]:
    """All weights in steps of 0.05 that add up to one."""
    steps = range(STEPS + 1)
    return [
        tuple(part / STEPS for part in parts)
        for parts in itertools.product(steps, repeat=4)
        if sum(parts) == STEPS
    ]


def outcomes(bench: Bench, questions: Sequence[Question], weights: Sequence[tuple[float, ...]]) -> Right:
    """Which weights put a right entry first, for each question."""
    index = bench.index(bench.content)
    bench.cache.encode([spelled(question) for question in questions])
    right = np.zeros((len(weights), len(questions)), dtype=bool)
    for number, question in enumerate(questions):
        vector = bench.cache.encode([spelled(question)])[0]
        views = index.widen(index.views(question.text, vector, question.language), vector, question.language)
        scores = [views.learned_spelling, views.learned_meaning, views.spelling, views.meaning]
        first = (np.array(weights) @ np.stack([standard(view) for view in scores])).argmax(axis=1)
        carries = [bool(set(question.facts) & set(bench.content.entries[id].facts)) for id in index.ids]
        right[:, number] = np.array(carries)[first]
    return right


def held_out(right: Right) -> float:
    """Share of questions that are right with weights chosen on the other parts."""
    random, found = np.random.default_rng(0), []
    for _ in range(REPEATS):
        for part in np.array_split(random.permutation(right.shape[1]), PARTS):
            others = np.setdiff1d(np.arange(right.shape[1]), part)
            best = right[:, others].mean(axis=1).argmax()
            found.append(right[best, part].sum())
    return float(sum(found) / (REPEATS * right.shape[1]))


def main() -> None:
    """Print the shares."""
    bench, weights = Bench(load_content()), [*grid(), WEIGHTS]
    questions = [item for path in (OWN_QUESTIONS, *map(Path, sys.argv[1:])) for item in read_questions(path)]
    questions = [item for item in questions if item.expect == "answer"]
    right = outcomes(bench, questions, weights)
    print(f"{len(questions)} questions: right first with the weights in use {right[-1].mean():.1%}")
    print(f"with weights chosen on other parts {held_out(right[:-1]):.1%}")


if __name__ == "__main__":
    main()
