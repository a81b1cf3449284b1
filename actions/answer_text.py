"""Composing an answer: the text, where it comes from and how sure the source is."""

from dataclasses import dataclass

from bot.base.languages import languages
from bot.base.texts import Texts
from knowledge_base.content_files import Content
from knowledge_base.entry import CONFIRMATIONS, Confirmation, Entry, Fact, Source, Translation
from knowledge_base.placeholders import fill, placeholders


@dataclass(frozen=True)
class Shown:
    """The translation that is shown and its language."""

    language: str
    translation: Translation


def shown_translation(entry: Entry, language: str) -> Shown:
    """The translation with an answer in `language`, or in the nearest language that has one."""
    order = (language, *languages()[language].fallbacks, *entry.translations)
    for code in order:
        translation = entry.translations.get(code)
        if translation and translation.answer:
            return Shown(code, translation)
    raise LookupError(f"{entry.id}: expected an answer in at least one language")


def question_in(entry: Entry, language: str) -> str:
    """The question as a button title: in `language`, also where the answer is not translated yet."""
    own = entry.translations.get(language)
    return own.question if own else shown_translation(entry, language).translation.question


def compose(entry: Entry, language: str, content: Content, texts: Texts) -> str:
    """The whole answer as the person reads it. Frame and notes are in `language`."""
    shown = shown_translation(entry, language)
    answer = fill(shown.translation.answer or "", content.values)
    parts = [
        _other_language_note(shown.language, language, texts),
        texts.get(language, "answer_urgent") if entry.urgent else "",
        answer,
        _source_note(entry, language, content, texts),
    ]
    return "\n\n".join(part for part in parts if part)


def confirmation_of(entry: Entry, content: Content) -> Confirmation:
    """The weakest confirmation among the entry's facts and the values it places from them."""
    answer = next(t.answer for t in entry.translations.values() if t.answer)
    values = [content.values[name] for name in placeholders(answer)]
    found = [content.facts[fact].confirmation for fact in entry.facts]
    found += [value.seen for value in values if value.fact in entry.facts]
    return max(found, key=CONFIRMATIONS.index)


def _other_language_note(shown: str, wanted: str, texts: Texts) -> str:
    if shown == wanted:
        return ""
    return texts.get(wanted, "answer_other_language", language=languages()[shown].name)


def _source_note(entry: Entry, language: str, content: Content, texts: Texts) -> str:
    facts = [content.facts[fact] for fact in entry.facts]
    names = dict.fromkeys(_source(source, language, texts) for fact in facts for source in fact.sources)
    return "\n".join(
        [
            texts.get(language, "answer_source", source="; ".join(names)),
            _confirmation_note(entry, facts, language, content, texts),
            texts.get(language, "answer_starter"),
        ]
    )


def _confirmation_note(entry: Entry, facts: list[Fact], language: str, content: Content, texts: Texts) -> str:
    confirmation = confirmation_of(entry, content)
    dates = [fact.seen_on for fact in facts if fact.seen_on]
    date = f"{min(dates):%d.%m.%Y}" if dates else ""
    if confirmation == "official":
        return texts.get(language, "answer_checked", date=date)
    not_confirmed = texts.get(language, "answer_not_confirmed")
    if confirmation == "unconfirmed" or not date:
        return not_confirmed
    return f"{texts.get(language, 'answer_seen_elsewhere', date=date)} {not_confirmed}"


def _source(source: Source, language: str, texts: Texts) -> str:
    if source.law:
        return texts.get(language, "source_law", number=source.law, articles=source.articles or "")
    if source.articles and source.name:
        return texts.get(language, "source_articles", name=source.name, articles=source.articles)
    page = (source.url or "").removeprefix("https://").removeprefix("www.")
    return f"{source.name} ({page})" if page else source.name or ""
