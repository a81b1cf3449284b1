"""Sparing Rasa the same check on every action.

Rasa validates each answer of the action server with jsonschema's `validate`, which first checks the schema
itself against the meta-schema: 25 ms of CPU an action for a schema that never changes.
"""

import json
from functools import lru_cache
from typing import Any

import jsonschema
from jsonschema.validators import validator_for

_KEPT = 8  # Rasa uses two schemas


def cache_meta_schema_check() -> None:
    """Replace `jsonschema.validate` by one that checks each schema once. Answers are still validated."""
    jsonschema.validate = _validate


def _validate(instance: Any, schema: Any, *_: Any, **__: Any) -> None:
    validator = _validator(json.dumps(schema, sort_keys=True))
    error = jsonschema.exceptions.best_match(validator.iter_errors(instance))
    if error is not None:
        raise error


@lru_cache(maxsize=_KEPT)
def _validator(schema_text: str) -> Any:
    schema = json.loads(schema_text)
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)
