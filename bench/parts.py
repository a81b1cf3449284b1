"""Processor time of each part of the service for one message, without Rasa and storage.

    .venv/bin/python bench/parts.py

Asks paraphrases of the knowledge base in all languages. Together with bench/answers.py, which gives the
processor time of whole processes, this tells where the time of a message goes.
"""

import statistics
import time
from collections.abc import Callable

from answers import questions

from bot.app.knowledge import load_knowledge
from bot.base.clean import clean
from bot.base.settings import Settings
from bot.pipeline.spelling import spell_for_encoder

MESSAGES = 300


def cost(name: str, work: Callable[[int], object]) -> None:
    """Print the median processor time of `work`, called with the number of each message."""
    times = []
    for number in range(MESSAGES):
        start = time.process_time()
        work(number)
        times.append((time.process_time() - start) * 1000)
    print(f"{name}: {statistics.median(times):.2f} ms")


def main() -> None:
    """Measure each part on the same messages."""
    settings = Settings()
    knowledge = load_knowledge(settings, lambda _: None)
    texts = questions(MESSAGES)
    languages = [knowledge.identification.identify(text)[0] for text in texts]
    spelled = [spell_for_encoder(text, code) for text, code in zip(texts, languages, strict=True)]
    vectors = knowledge.encoder.encode(spelled)
    cost("cleaning", lambda n: clean(texts[n], settings.text_limit))
    cost("language", lambda n: knowledge.identification.identify(texts[n]))
    cost("emergency phrases", lambda n: knowledge.emergencies.recognise(texts[n], languages[n]))
    cost("embedding", lambda n: knowledge.encoder.encode([spelled[n]]))
    cost("search", lambda n: knowledge.search.find(texts[n], vectors[n], languages[n]))


if __name__ == "__main__":
    main()
