"""Compare ways to find the entry that answers a question, on the same questions and the same content.

    .venv/bin/python bench/retrieval.py QUESTIONS.tsv [--only NAME] [--rasa-epochs N] [--rasa-tuned]
        [--json FILE]

Each method is built and asked in a process of its own. A question counts as right where the entry carries one
of the wanted facts. "ms" are the medians for one question; where a method turns it into a vector first, also
without that. "MiB" is the most memory that building and asking added; "build s" is the time until the method
can be asked.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from retrieval_common import METHODS
from retrieval_table import NAMES, figures, header, line

from bot.app.training import rasa_environment
from bot.base.paths import RASA_PYTHON
from knowledge_base.content_files import Content, load_content
from knowledge_base.question_file import Question, read_questions
from knowledge_base.rows import rows_of

WORKER = Path(__file__).with_name("retrieval_worker.py")


def run(name: str, content: Content, questions: list[Question], arguments: dict[str, Any]) -> dict[str, Any]:
    """What the worker found and measured for one method, made with `arguments`."""
    job = {
        "method": name,
        "arguments": arguments,
        "rows": [(row.entry, row.language, row.text) for row in rows_of(content) if not row.is_answer],
        "questions": [(question.language, question.text) for question in questions],
    }
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "job.json").write_text(json.dumps(job), encoding="utf-8")
        (place / "content.pickle").write_bytes(pickle.dumps(content))
        python, environment = sys.executable, {}
        if name == "rasa":
            python = str(RASA_PYTHON)
            environment = rasa_environment("", "", HOME=folder, RASA_CACHE_DIRECTORY=f"{folder}/cache")
        with (place / "log").open("wb") as log:
            done = subprocess.run(
                [python, str(WORKER), "job.json", "result.json"],
                cwd=place,
                env={**os.environ, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            end = (place / "log").read_text(encoding="utf-8")[-2000:]
            sys.exit(f"{name}: failed (exit {done.returncode})\n{end}")
        return dict(json.loads((place / "result.json").read_text(encoding="utf-8")))


def main() -> None:
    """Measure and print; a line appears as soon as its method is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("questions", type=Path, help="tab-separated file: lang, text, expect, facts")
    parser.add_argument("--only", choices=METHODS, help="only this method")
    parser.add_argument("--rasa-epochs", type=int, default=300, help="epochs of the ResponseSelector")
    parser.add_argument("--rasa-tuned", action="store_true", help="see retrieval_rasa.py")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    arguments = parser.parse_args()
    content = load_content()
    questions = [question for question in read_questions(arguments.questions) if question.expect == "answer"]
    carried = {fact for entry in content.entries.values() for fact in entry.facts}
    answerable = sum(bool(carried & set(question.facts)) for question in questions)
    print(f"{len(questions)} questions, {answerable} of them with an entry; {len(content.entries)} entries\n")
    print(header(sorted({question.language for question in questions})), flush=True)
    table, rasa = {}, {"epochs": arguments.rasa_epochs, "tuned": arguments.rasa_tuned}
    for name in [arguments.only] if arguments.only else METHODS:
        measured = run(name, content, questions, rasa if name == "rasa" else {})
        table[name] = figures(measured, content, questions)
        print(line(name, table[name]), flush=True)
    print("\n" + "\n".join(f"{NAMES[name]}: {row['note']}" for name, row in table.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
