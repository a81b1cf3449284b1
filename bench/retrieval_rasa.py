"""Rasa's own way for questions that are asked often: a ResponseSelector over retrieval intents.

Runs in Rasa's environment and on its Python 3.10. Everything is written to the working directory.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa import __version__
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.utils.log_utils import configure_structlog
from retrieval_common import Asked, Row, Stopwatch

INTENT = "faq"
TUNED = {
    "constrain_similarities": True,
    "hidden_layers_sizes": {"text": [], "label": []},
    "dense_dimension": {"text": 128, "label": 128},
}
LOOKED_AT = 500  # rows that are asked again after the training
_MARKUP = str.maketrans("[]\n", "() ")  # brackets mark entities in Rasa's examples


def pipeline(epochs: int, tuned: bool) -> list[dict[str, Any]]:
    """The components with their own settings; `char_wb` with the lengths that Rasa's documentation gives.

    With them the ResponseSelector stayed at chance for 128 entries; it learned without its two hidden
    layers, or without its penalty on large weights. `tuned` leaves the layers out and bounds similarities, as
    Rasa's template for new projects does. Because each step goes through the weights of all pieces, it also
    leaves out rare ones and narrows the first layer. It was chosen by how well the selector finds its own
    examples, not by the questions."""
    rare = {"min_df": 10} if tuned else {}
    selector = TUNED if tuned else {}
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer", **rare},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4, **rare},
        {"name": "ResponseSelector", "epochs": epochs, **selector},
    ]


def intent(entry: str) -> str:
    """The retrieval intent of an entry."""
    return f"{INTENT}/{entry.replace('.', '_')}"


def write_yaml(path: Path, content: dict[str, Any]) -> None:
    """Write each item as JSON, which is YAML too; one JSON object would be another format to Rasa."""
    items = {"version": "3.1", **content}.items()
    text = "\n".join(f"{name}: {json.dumps(item, ensure_ascii=False)}" for name, item in items)
    path.write_text(text + "\n", encoding="utf-8")


class RasaSelector:
    """The ResponseSelector, trained on all rows and asked through Rasa's agent."""

    embedding: Stopwatch | None = None

    def __init__(self, epochs: int, tuned: bool) -> None:
        self._pipeline = pipeline(epochs, tuned)
        used = "no hidden layers, constrain_similarities, dense_dimension 128, min_df 10"
        self.note = f"Rasa {__version__}, {epochs} epochs, {used if tuned else 'its own settings'}"

    def fit(self, rows: Sequence[Row]) -> None:
        texts = defaultdict(list)
        for row in rows:
            texts[row.entry].append(f"- {row.text.translate(_MARKUP)}")
        self._entry_of = {intent(entry): entry for entry in texts}
        examples = [
            {"intent": intent(entry), "examples": "\n".join(lines) + "\n"} for entry, lines in texts.items()
        ]
        responses = {f"utter_{name}": [{"text": entry}] for name, entry in self._entry_of.items()}
        write_yaml(Path("nlu.yml"), {"nlu": examples})
        write_yaml(Path("domain.yml"), {"intents": [INTENT], "responses": responses})
        recipe = {"recipe": "default.v1", "assistant_id": "retrieval", "language": "en"}
        write_yaml(Path("config.yml"), {**recipe, "pipeline": self._pipeline, "policies": []})
        model = train_nlu("config.yml", "nlu.yml", "models", domain="domain.yml")
        configure_structlog(logging.ERROR)  # else every question is logged
        self._agent = Agent.load(model)
        self.note += f"; finds {self._learned(rows[:: len(rows) // LOOKED_AT + 1]):.0%} of its own examples"

    def _learned(self, rows: Sequence[Row]) -> float:
        """The share of rows whose entry comes first: how far the training has come."""
        found = [self.rank(Asked(row.language, row.text))[0] == row.entry for row in rows]
        return sum(found) / len(found)

    def rank(self, question: Asked) -> list[str]:
        parsed = asyncio.run(self._agent.parse_message(question.text))
        ranking = parsed["response_selector"]["default"]["ranking"]
        return [self._entry_of[item["intent_response_key"]] for item in ranking]
