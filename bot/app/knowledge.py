"""Everything that is read or computed from files, and never changes while the service runs."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.base.paths import MODELS
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.emergency import EmergencyRecogniser
from knowledge_base.calibration import load_calibration
from knowledge_base.centring import Centring
from knowledge_base.content_files import Content, load_content
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import load_examples
from knowledge_base.index import Index
from knowledge_base.language_identification import LanguageIdentification
from knowledge_base.search import Search

logger = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Knowledge:
    """Everything that is read or computed from files, and never changes while the service runs."""

    content: Content
    cache: VectorCache
    encoder: Encoder
    search: Search
    identification: LanguageIdentification
    emergencies: EmergencyRecogniser
    texts: Texts


def load_knowledge(settings: Settings, say: Say) -> Knowledge:
    """Load encoder and content. Takes about 10 s with vectors on disk, a minute without."""
    say("loading the encoder")
    encoder = Encoder(settings.encoder)
    cache = VectorCache(encoder, MODELS)

    def progress(done: int, total: int) -> None:
        say(f"computing vectors: {done} of {total} texts")

    content = load_content()
    calibration = load_calibration()
    if calibration.encoder != encoder.fingerprint:
        logger.warning("the search's confidence was fitted for another encoder; run bench/calibrate.py")
    examples = load_examples()
    vectors = cache.encode([example.text for example in examples], progress)
    centring = Centring.of(vectors, [example.language for example in examples])
    index = Index(content, cache, centring, progress)
    return Knowledge(
        content=content,
        cache=cache,
        encoder=encoder,
        search=Search(content, index, calibration),
        identification=LanguageIdentification(examples),
        emergencies=EmergencyRecogniser(),
        texts=Texts(),
    )
