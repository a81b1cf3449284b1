"""What `merhaba kb check` verifies in the content."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.base.fold import fold
from bot.base.languages import languages
from knowledge_base.check_answer import check_answer
from knowledge_base.content_files import Content
from knowledge_base.entry import Confirmation, Entry, Translation


def check(content: Content) -> list[str]:
    """Problems, each one line that says where, what was expected and what was found."""
    problems = [*_check_facts(content), *_check_values(content), *_check_languages(content)]
    for entry in content.entries.values():
        problems += _check_frame(entry, content)
        for code in languages():
            problems += _check_translation(entry, code, content)
    return [*problems, *_check_unique_questions(content)]


def overdue(content: Content, today: date) -> list[str]:
    """Values whose day of review has passed, each with that day."""
    return [f"{id} ({value.review_by})" for id, value in content.values.items() if value.review_by < today]


def _check_facts(content: Content) -> Iterator[str]:
    for id, fact in content.facts.items():
        yield from _check_date(f"facts: {id}", fact.confirmation, fact.seen_on)
        if not any(id in entry.facts for entry in content.entries.values()):
            yield f"facts: {id}: expected an entry that carries it, found none"
        for source in fact.sources:
            if not (source.law or source.name):
                yield f"facts: {id}: expected a law or a name in each source"


def _check_values(content: Content) -> Iterator[str]:
    for id, value in content.values.items():
        if value.fact not in content.facts:
            yield f"values: {id}: expected a fact of facts.yml, got {value.fact}"
        yield from _check_date(f"values: {id}", value.seen, value.seen_on)


def _check_date(where: str, confirmation: Confirmation, seen_on: date | None) -> Iterator[str]:
    if (confirmation == "unconfirmed") != (seen_on is None):
        yield f"{where}: expected seen_on for a source that was seen, and none for unconfirmed"


def _check_languages(content: Content) -> Iterator[str]:
    found = {code for entry in content.entries.values() for code in entry.translations}
    for code in sorted(found - set(languages())):
        yield f"translations/{code}: expected a language of languages.yml, got {code}"


def _check_frame(entry: Entry, content: Content) -> Iterator[str]:
    for fact in entry.facts:
        if fact not in content.facts:
            yield f"{entry.id}: expected facts of facts.yml, got {fact}"
    for related in entry.related:
        if related not in content.entries or related == entry.id:
            yield f"{entry.id}: expected other entries as related, got {related}"


def _check_translation(entry: Entry, code: str, content: Content) -> Iterator[str]:
    where = f"{entry.id} [{code}]"
    translation = entry.translations.get(code)
    if translation is None:
        yield f"{where}: expected a translation, found none"
        return
    yield from _check_paraphrases(where, translation)
    if translation.answer is None:
        yield f"{where}: expected an answer, found none"
        return
    yield from (f"{where}: {problem}" for problem in check_answer(translation.answer, entry, content.values))


def _check_paraphrases(where: str, translation: Translation) -> Iterator[str]:
    folded = Counter(fold(text) for text in (translation.question, *translation.paraphrases))
    for text, count in folded.items():
        if count > 1:
            yield f"{where}: expected different questions, got one twice: {text}"


def _check_unique_questions(content: Content) -> Iterator[str]:
    seen: dict[str, str] = {}
    for entry in content.entries.values():
        for translation in entry.translations.values():
            for text in {fold(t) for t in (translation.question, *translation.paraphrases)}:
                other = seen.setdefault(text, entry.id)
                if other != entry.id:
                    yield f"{entry.id}: expected questions of its own, but {other} has it too: {text}"
