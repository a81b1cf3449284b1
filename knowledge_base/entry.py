"""What the knowledge base is made of."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Confirmation = Literal["official", "secondary", "unconfirmed"]
State = Literal["starter", "reviewed"]
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
    """One fact. `seen_on` is the day its source or a text that quotes it was read; None where nothing was."""

    title: str
    confirmation: Confirmation
    seen_on: date | None = None
    sources: tuple[Source, ...] = Field(min_length=1)


class Value(_Strict):
    """A number, fee, deadline, phone number or address of a page that lives once and is placed into texts."""

    value: str
    fact: str
    source: str
    seen: Confirmation
    seen_on: date | None = None
    review_by: date


class Translation(_Strict):
    """An entry in one language. Without `answer` the entry can be found, but is shown in another language.

    `state` is "starter" until a native speaker or a lawyer has read the text."""

    question: str = Field(min_length=1, max_length=200)
    paraphrases: tuple[str, ...] = Field(min_length=5)
    answer: str | None = None
    state: State = "starter"


class EntryFrame(_Strict):
    """The part of an entry that is the same in all languages.

    `refuse` marks a wish that the bot must not help with: the answer says the risk and the legal way.
    `abroad` marks a question in which other countries are named as a matter of course."""

    facts: tuple[str, ...] = Field(min_length=1, max_length=3)
    urgent: bool = False
    refuse: bool = False
    abroad: bool = False
    places: tuple[str, ...] = ()
    related: tuple[str, ...] = Field(min_length=2, max_length=3)


class Entry(EntryFrame):
    """One question with its answer. `id` is "theme.slug"; `translations` is keyed by language code."""

    id: str
    translations: dict[str, Translation]

    @property
    def theme(self) -> str:
        return self.id.split(".")[0]
