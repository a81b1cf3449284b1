"""Rasa component that takes sentence vectors from the service's embedding endpoint.

Runs inside Rasa on Python 3.10. A message brings the key of its vector in its metadata, so it is embedded
once for Rasa and for the search; training examples are embedded in batches.
"""

import os
from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
import requests
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa.schema_cache import cache_meta_schema_check

BATCH = 256  # texts in one request while training
TIMEOUT = 600  # seconds; a batch of training texts on a slow machine


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ServiceFeaturizer(DenseFeaturizer, GraphComponent):
    """Dense sentence features from the service."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        return []

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 8.0}

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        super().__init__(name, config)
        self._scale = float(config["scale"])
        self._url = os.environ["MERHABA_SERVICE_URL"] + "/embed"
        self._session = requests.Session()
        self._session.headers["Authorization"] = os.environ["MERHABA_SECRET"]
        cache_meta_schema_check()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ServiceFeaturizer":
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: `scale` is a number, or __init__ fails."""

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            metadata = message.get("metadata") or {}
            self._featurize([message], metadata.get("vector"))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = training_data.training_examples
        for start in range(0, len(examples), BATCH):
            self._featurize(examples[start : start + BATCH], None)
        return training_data

    def _featurize(self, messages: List[Message], key: Optional[Text]) -> None:
        # Without features the classifier raises; a vector of zeros makes it unsure, which is right.
        texts = [message.get(TEXT) or "" for message in messages]
        vectors = self._vectors(texts, key) * self._scale
        for message, vector in zip(messages, vectors):
            row = vector[None, :]
            self.add_features_to_message(row, row, TEXT, message)

    def _vectors(self, texts: List[Text], key: Optional[Text]) -> np.ndarray:
        body = {"texts": texts, "key": key}
        response = self._session.post(self._url, json=body, timeout=TIMEOUT)
        response.raise_for_status()
        size = int(response.headers["X-Vector-Size"])
        return np.frombuffer(response.content, dtype="<f4").reshape(len(texts), size).copy()
