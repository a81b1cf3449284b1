"""From texts to everything the search needs: the means of the languages, the layers and the index."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.centring import Centring
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import Example
from knowledge_base.index import Index, build_index
from knowledge_base.layer_files import layers_for
from knowledge_base.rows import Row


def centring_of(examples: Sequence[Example], cache: VectorCache) -> Centring:
    """The mean vector of each language, from the labelled examples."""
    vectors = cache.encode([example.text for example in examples])
    return Centring.of(vectors, [example.language for example in examples])


def index_of(rows: Sequence[Row], cache: VectorCache, centring: Centring, directory: Path) -> Index:
    """The index of all texts. Layers for new texts take a minute to fit; `directory` keeps them."""
    vectors = centred_vectors(rows, cache, centring)
    return build_index(rows, cache, centring, layers_for(rows, vectors, cache.fingerprint, directory))


def centred_vectors(rows: Sequence[Row], cache: VectorCache, centring: Centring) -> Vectors:
    """Vectors of `rows`, each without the mean of its language."""
    vectors = cache.encode([row.text for row in rows])
    languages = np.array([row.language for row in rows])
    for code in set(languages):
        vectors[languages == code] = centring.centre(vectors[languages == code], code)
    return vectors
