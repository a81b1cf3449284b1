"""What `merhaba kb check` verifies in the content."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.base.fold import fold
from bot.base.languages import languages
from knowledge_base.content_files import Content
from knowledge_base.entry import Entry, Translation
from knowledge_base.placeholders import PLACEHOLDER, fill, placeholders

ANSWER_LIMIT = 900  # characters; an answer must be read on a small screen
FULL_LANGUAGES = ("en", "tr", "ar", "fa")  # languages in which every entry must have an answer
REFERENCE = "en"


def check(content: Content) -> list[str]:
    """Problems, each one line that says where, what was expected and what was found."""
    problems = [*_check_facts(content), *_check_values(content), *_check_languages(content)]
    for entry in content.entries.values():
        problems += _check_frame(entry, content)
        for code in languages():
            problems += _check_translation(entry, code, content)
    return [*problems, *_check_unique_questions(content)]


def missing_answers(content: Content) -> Counter[str]:
    """Number of entries without an answer, by language: shown in another language until translated."""
    return Counter(
        code
        for entry in content.entries.values()
        for code in languages()
        if code not in entry.translations or entry.translations[code].answer is None
    )


def overdue(content: Content, today: date) -> list[str]:
    """Values whose day of review has passed, each with that day."""
    return [f"{id} ({value.review_by})" for id, value in content.values.items() if value.review_by < today]


def _check_facts(content: Content) -> Iterator[str]:
    for id, fact in content.facts.items():
        if (fact.confirmation == "official") != (fact.checked_on is not None):
            yield f"facts: {id}: expected checked_on exactly where confirmation is official"
        for source in fact.sources:
            if not (source.law or source.name):
                yield f"facts: {id}: expected a law or a name in each source"


def _check_values(content: Content) -> Iterator[str]:
    for id, value in content.values.items():
        if value.fact not in content.facts:
            yield f"values: {id}: expected a fact of facts.yml, got {value.fact}"


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
        if code in FULL_LANGUAGES:
            yield f"{where}: expected a translation, found none"
        return
    yield from _check_paraphrases(where, translation)
    if translation.answer is None:
        if code in FULL_LANGUAGES:
            yield f"{where}: expected an answer, found none"
        return
    yield from (f"{where}: {problem}" for problem in _check_answer(translation.answer, entry, content))


def _check_answer(answer: str, entry: Entry, content: Content) -> Iterator[str]:
    unknown = [name for name in placeholders(answer) if name not in content.values]
    if unknown:
        yield f"expected values of values.yml, got {', '.join(unknown)}"
        return
    if "{" in PLACEHOLDER.sub("", answer):
        yield "expected placeholders written as {{value:name}}, got another brace"
    length = len(fill(answer, content.values))
    if length > ANSWER_LIMIT:
        yield f"expected at most {ANSWER_LIMIT} characters in the answer, got {length}"
    yield from _compare_placeholders(answer, entry)


def _compare_placeholders(answer: str, entry: Entry) -> Iterator[str]:
    reference = entry.translations.get(REFERENCE)
    wanted = set(placeholders(reference.answer or "")) if reference else set()
    got = set(placeholders(answer))
    if wanted != got:
        yield f"expected the values {sorted(wanted)} as in {REFERENCE}, got {sorted(got)}"


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
