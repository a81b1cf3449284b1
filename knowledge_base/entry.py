"""What the knowledge base is made of."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Confirmation = Literal["official", "secondary", "unconfirmed"]
CONFIRMATIONS: tuple[Confirmation, ...] = ("official", "secondary", "unconfirmed")  # strongest first


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a fact stands: a law with its articles, or a named document or page."""

    law: str | None = None
    name: str | None = None
    articles: str | None = None
    url: str | None = None


class Fact(_Strict):
    """One fact. `checked_on` is set only where the official source itself was read."""

    title: str
    confirmation: Confirmation
    checked_on: date | None = None
    sources: tuple[Source, ...] = Field(min_length=1)


class Value(_Strict):
    """A number, fee, deadline, phone number or address of a page that lives once and is placed into texts."""

    value: str
    fact: str
    source: str
    seen: Confirmation
    review_by: date


class Translation(_Strict):
    """An entry in one language. Without `answer` the entry can be found, but is shown in another language."""

    question: str = Field(min_length=1, max_length=200)
    paraphrases: tuple[str, ...] = Field(min_length=5)
    answer: str | None = None


class EntryFrame(_Strict):
    """The part of an entry that is the same in all languages."""

    facts: tuple[str, ...] = Field(min_length=1, max_length=3)
    urgent: bool = False
    places: tuple[str, ...] = ()
    related: tuple[str, ...] = Field(min_length=2, max_length=3)


class Entry(EntryFrame):
    """One question with its answer. `id` is "theme.slug"; `translations` is keyed by language code."""

    id: str
    translations: dict[str, Translation]

    @property
    def theme(self) -> str:
        return self.id.split(".")[0]
