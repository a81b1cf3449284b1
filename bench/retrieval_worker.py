"""Measures one method of retrieval in a process of its own: python retrieval_worker.py JOB.json RESULT.json

The job names the method, its arguments, the rows and the questions; see retrieval.py. Runs on Rasa's Python
3.10 as well.
"""

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from retrieval_common import METHODS, Asked, Method, Row

WARM_UP = 20  # questions before the clock runs


def memory(name: str) -> int:
    """A figure of /proc/self/status in bytes: VmRSS (now) or VmHWM (the most so far)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def ask(method: Method, questions: list[Asked]) -> dict[str, Any]:
    """The entries for each question, and the milliseconds it took with and without its embedding."""
    ranked, milliseconds, without = [], [], []
    for question in questions[:WARM_UP]:
        method.rank(question)
    for question in questions:
        embedded = method.embedding.seconds if method.embedding else 0.0
        started = time.perf_counter()
        ranked.append(method.rank(question))
        took = time.perf_counter() - started
        milliseconds.append(took * 1000)
        if method.embedding:
            without.append((took - (method.embedding.seconds - embedded)) * 1000)
    return {"ranked": ranked, "milliseconds": milliseconds, "without_embedding": without}


def measure(job: dict[str, Any]) -> dict[str, Any]:
    """Build the method of the job, ask it everything, and say what it cost."""
    rows = [Row(*row) for row in job["rows"]]
    questions = [Asked(*question) for question in job["questions"]]
    before = memory("VmRSS")
    module, name = METHODS[job["method"]].split(":")
    method: Method = getattr(import_module(module), name)(**job["arguments"])
    started = time.perf_counter()
    method.fit(rows)
    built = time.perf_counter() - started
    asked = ask(method, questions)
    added = memory("VmHWM") - before
    return {**asked, "build_seconds": built, "peak_mib": added / 2**20, "note": method.note}


if __name__ == "__main__":
    job_file, result_file = map(Path, sys.argv[1:3])
    result = measure(json.loads(job_file.read_text(encoding="utf-8")))
    result_file.write_text(json.dumps(result), encoding="utf-8")
