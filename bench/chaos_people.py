"""The people of the trial: what each writes, and how their platform posts it to us."""

import asyncio
import csv
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

import httpx

from channels.telegram.routes import PATH as TELEGRAM_PATH
from channels.telegram.routes import webhook_secret
from channels.whatsapp.routes import PATH as WHATSAPP_PATH
from tests.support import fake_telegram, whatsapp_updates
from tests.support.whatsapp_settings import APP_SECRET

QUESTIONS = Path(__file__).parent / "questions.tsv"
MESSAGES_EACH = 5
_REPEATED = 0.02  # share of messages that a platform posts again although we acknowledged them
_AGAIN_AFTER = 0.5  # seconds until a platform posts again what was not answered with 200
_PATIENCE = 10.0  # seconds that a platform waits for our answer
_HEADERS = {
    "X-Telegram-Bot-Api-Secret-Token": webhook_secret(fake_telegram.TOKEN),
    "Content-Type": "application/json",
}

ChannelName = Literal["telegram", "whatsapp"]


@dataclass
class Person:
    """One person on one platform. `acknowledged` holds the platform's number of each message, in order."""

    channel: ChannelName
    number: int
    acknowledged: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The chat number or the phone number."""
        return str(1_000_000 + self.number if self.channel == "telegram" else 905_000_000_000 + self.number)


@dataclass(frozen=True)
class Request:
    """One message as its platform posts it. `id` is the platform's number of the message."""

    id: str
    path: str
    content: bytes
    headers: dict[str, str]


def request_of(person: Person, number: int, text: str) -> Request:
    """The request for a text of a person; `number` must be new."""
    if person.channel == "telegram":
        update = {"update_id": number, **fake_telegram.message(int(person.address), text=text)}
        return Request(str(number), TELEGRAM_PATH, httpx.Request("POST", "/", json=update).content, _HEADERS)
    id = f"wamid.TRIAL{number}"
    said = whatsapp_updates.text(text, id=id, sender=person.address)
    body = whatsapp_updates.update(whatsapp_updates.value(said))
    return Request(id, WHATSAPP_PATH, *whatsapp_updates.signed(body, APP_SECRET))


def questions() -> dict[str, list[str]]:
    """The project's own questions by language."""
    found = defaultdict(list)
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["lang"]].append(row["text"])
    return found


class Crowd:
    """People who begin to write one after the other, each with the next message after the last one's 200."""

    def __init__(
        self, url: str, questions: dict[str, list[str]], chance: random.Random, first: int = 1
    ) -> None:
        """`questions` are texts by language; every person keeps to one language.

        People and messages get numbers from `first` on."""
        limits = httpx.Limits(max_connections=100)
        self._http = httpx.AsyncClient(base_url=url, timeout=_PATIENCE, limits=limits)
        self._questions = questions
        self._chance = chance
        self._first = first
        self._numbers = count(first)
        self.people: list[Person] = []
        self.posted_again = 0  # times that a message was not answered with 200
        self.repeated = 0  # times that an acknowledged message was posted once more

    @property
    def acknowledged(self) -> int:
        """Messages answered with 200 so far."""
        return sum(len(person.acknowledged) for person in self.people)

    async def write(self, rate: float, enough: Callable[[], bool]) -> None:
        """Let `rate` messages a second come, until `enough`; returns when all were acknowledged."""
        conversations: set[asyncio.Task[None]] = set()
        for person in self._newcomers():
            if enough():
                break
            self.people.append(person)
            task = asyncio.create_task(self._talk(person))
            conversations.add(task)
            task.add_done_callback(conversations.discard)
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * MESSAGES_EACH / rate)
        await asyncio.gather(*conversations)
        await self._http.aclose()

    def _newcomers(self) -> Iterator[Person]:
        for number in count(self._first):
            yield Person("whatsapp" if number % 2 else "telegram", number)

    async def _talk(self, person: Person) -> None:
        language = self._chance.choice(list(self._questions))
        for text in self._chance.sample(self._questions[language], MESSAGES_EACH):
            request = request_of(person, next(self._numbers), text)
            while not await self._post(request):
                self.posted_again += 1
                await asyncio.sleep(_AGAIN_AFTER)
            person.acknowledged.append(request.id)
            if self._chance.random() < _REPEATED:
                self.repeated += 1
                await self._post(request)

    async def _post(self, request: Request) -> bool:
        try:
            answer = await self._http.post(request.path, content=request.content, headers=request.headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200
