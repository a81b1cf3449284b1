"""Everything that is read or computed from files; changes only when content is reloaded."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from bot.base.paths import MODELS
from bot.base.settings import Settings
from bot.base.texts import Texts
from bot.pipeline.emergency import EmergencyRecogniser
from knowledge_base.calibration import load_calibration
from knowledge_base.centring import Centring
from knowledge_base.content_files import Content, load_content
from knowledge_base.directory import Directory, load_directory
from knowledge_base.encoder.encoder import Encoder, load_encoder
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.examples import latin_questions, load_examples
from knowledge_base.index import Index
from knowledge_base.indexing import centring_of, index_of
from knowledge_base.language_identification import LanguageIdentification
from knowledge_base.rows import rows_of
from knowledge_base.search import Search

logger = logging.getLogger(__name__)
Say = Callable[[str], None]
_TELL_EVERY = 2.0  # seconds


@dataclass
class Knowledge:
    """Everything that is read or computed from files; changes only when content is reloaded."""

    content: Content
    directory: Directory
    cache: VectorCache
    encoder: Encoder
    centring: Centring
    index: Index
    search: Search
    identification: LanguageIdentification
    emergencies: EmergencyRecogniser
    texts: Texts


def load_knowledge(settings: Settings, say: Say) -> Knowledge:
    """Load encoder and content, in about 10 s. The first start takes ten minutes: it computes the vectors of
    45,000 texts, and fits the layers in another minute."""
    say("loading the encoder")
    encoder = load_encoder(settings.encoder)
    cache = VectorCache(encoder, MODELS)

    def progress(done: int, total: int) -> None:
        say(f"computing vectors: {done} of {total} texts")

    content = load_content()
    calibration = load_calibration()
    if calibration.encoder != encoder.fingerprint:
        logger.warning("the search's confidence was fitted for another encoder; run bench/calibrate.py")
    examples, rows = load_examples(), rows_of(content)
    # Here, before anything needs them, to tell how far it is.
    cache.encode([example.text for example in examples], progress)
    cache.encode([row.text for row in rows], progress)
    centring = centring_of(examples, cache)
    index = _telling(lambda: index_of(rows, cache, centring, MODELS), say)
    return Knowledge(
        content=content,
        directory=load_directory(),
        cache=cache,
        encoder=encoder,
        centring=centring,
        index=index,
        search=Search(content, index, calibration),
        identification=LanguageIdentification([*examples, *latin_questions(rows)]),
        emergencies=EmergencyRecogniser(),
        texts=Texts(),
    )


def _telling(work: Callable[[], Index], say: Say) -> Index:
    """Do long work and keep telling that it goes on; the supervisor gives up on a silent service."""
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(work)
        while not wait([task], timeout=_TELL_EVERY).done:
            say(f"preparing the search: {time.monotonic() - started:.0f} s")
        return task.result()
