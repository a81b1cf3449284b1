"""What became of every message: counted from the record, the quarantine and what the platforms got."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from redis import Redis

from bench.chaos_people import Person
from bot.base.clean import well_formed
from bot.base.conversation_keys import ConversationKeys
from bot.base.secrets_file import KEYS, open_secrets
from bot.base.storage import Storage
from bot.base.texts import Texts
from bot.pipeline.channel import Outgoing
from bot.pipeline.messages import Messages
from bot.pipeline.parts import parts
from bot.pipeline.streams import QUARANTINE, decoded
from channels.telegram.channel import TelegramChannel
from channels.whatsapp.channel import WhatsAppChannel
from channels.whatsapp.plain import plain
from tests.support.stack import Stack

Part = tuple[str, tuple[str, ...]]  # one message at a platform: its text and the ids of its buttons
_CAPABILITIES = {"telegram": TelegramChannel.capabilities, "whatsapp": WhatsAppChannel.capabilities}
FAULTS = ("lost", "duplicated_answers", "duplicated_sends", "unsent", "out_of_order")
FIGURES = ("acknowledged", "answered", "apologised", "handed_over", "emergencies", *FAULTS)
_QUERY = """
select id, conversation_id, client_id, answers, interim, json_extract(decision, '$.decision') = 'emergency'
from message order by id
"""


@dataclass(frozen=True)
class Row:
    """One message of the record, without its content."""

    id: int
    client_id: str | None
    answers: int | None
    interim: bool
    is_alarm: bool  # a reply to an emergency, which goes ahead of what waits


class Record:
    """The record of a stack that has nothing to do any more."""

    def __init__(self, stack: Stack, redis: Redis) -> None:
        self._stack = stack
        self._identity, self._texts = stack.identity, Texts()
        self._keys = ConversationKeys(stack.data / KEYS, open_secrets(stack.data).wrapping)
        self._storage = Storage(f"sqlite+aiosqlite:///{stack.data / 'record.sqlite'}")
        self._messages = Messages(self._storage, self._keys, button_days=30)
        self._rows: dict[str, list[Row]] = defaultdict(list)
        for id, conversation_id, client_id, answers, interim, is_alarm in stack.rows(_QUERY):
            self._rows[conversation_id].append(Row(id, client_id, answers, bool(interim), bool(is_alarm)))
        self._handed_over = self._in_quarantine(redis)

    def _in_quarantine(self, redis: Redis) -> dict[str, set[str]]:
        """Messages by conversation."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, fields in decoded(redis.xrange(QUARANTINE)):
            sealer = self._keys.find(fields["conversation"])
            event = json.loads(sealer.open(fields["sealed"])) if sealer else {}
            found[fields["conversation"]].add(event.get("client_id", ""))
        return found

    def count(self, person: Person) -> Counter[str]:
        """What became of the messages of one person."""
        id = self._identity.conversation(person.channel, person.address)
        rows = self._rows[id]
        own = {row.client_id: row.id for row in rows if row.client_id}
        replies = [row for row in rows if row.answers and not row.interim]
        answered = Counter(row.answers for row in replies)
        numbers = [own.get(one) for one in person.acknowledged]
        alarms = {row.answers for row in replies if row.is_alarm}
        lost = [
            one
            for one, number in zip(person.acknowledged, numbers, strict=True)
            if not answered[number] and one not in self._handed_over[id]
        ]
        return Counter(
            acknowledged=len(person.acknowledged),
            answered=sum(1 for number in numbers if answered[number]),
            apologised=sum(1 for row in rows if row.interim),
            handed_over=len(self._handed_over[id]),
            lost=len(lost),
            duplicated_answers=sum(times - 1 for times in answered.values()),
            emergencies=len(alarms),
            out_of_order=_inversions(number for number in numbers if number and number not in alarms)
            + _inversions(row.answers or 0 for row in replies if not row.is_alarm),
        )

    async def parts_for(self, person: Person) -> tuple[list[Part], set[Part]]:
        """What the platform should have got for one person, in order, and what of it may overtake."""
        id = self._identity.conversation(person.channel, person.address)
        said = [message for message in await self._messages.after(id, 0) if message.sender == "bot"]
        alarms = {row.id for row in self._rows[id] if row.is_alarm}
        able = _CAPABILITIES[person.channel]
        shown = [
            (_shown(part, person.channel), message.id in alarms)
            for message in said
            for part in parts(message, able, self._texts)
        ]
        return [part for part, _ in shown], {part for part, is_alarm in shown if is_alarm}

    async def close(self) -> None:
        """Close the record."""
        await self._storage.close()


def compare(
    expected: Sequence[Part], sent: Iterable[Part], overtaking: Collection[Part] = ()
) -> Counter[str]:
    """What is wrong with what a platform got: sent twice, in a wrong place, not at all.

    Those of `expected` that are `overtaking` may come at any place, but once: a reply to an emergency is
    recorded before those to earlier messages, and still comes in its turn where a kill falls between."""
    place, found, arrived = 0, Counter[str](), set[Part]()
    kept = [part for part in expected if part not in overtaking]
    for part in sent:
        if part in overtaking:
            found["duplicated_sends"] += part in arrived
            arrived.add(part)
        elif place < len(kept) and part == kept[place]:
            place += 1
        elif place and part == kept[place - 1]:
            found["duplicated_sends"] += 1
        else:
            found["out_of_order"] += 1
    found["unsent"] = len(kept) - place + len(set(overtaking) - arrived)
    return found


async def counted(
    record: Record, people: Sequence[Person], sent: Mapping[str, Sequence[Part]]
) -> tuple[Counter[str], list[str]]:
    """All figures together, and a line for each person with whom something went wrong.

    `sent` is what the platforms got, by address."""
    total, wrong = Counter[str](), []
    for person in people:
        found = record.count(person)
        expected, overtaking = await record.parts_for(person)
        found.update(compare(expected, sent.get(person.address, ()), overtaking))
        total.update(found)
        faults = {name: found[name] for name in FAULTS if found[name]}
        if faults:
            wrong.append(f"{person.channel} {person.address}: {faults}")
    return total, wrong


def _inversions(numbers: Iterable[int]) -> int:
    """How many of the numbers are smaller than the one before."""
    row = list(numbers)
    return sum(1 for before, after in itertools.pairwise(row) if after < before)


def _shown(part: Outgoing, channel: str) -> Part:
    """The part as the channel sends it."""
    text, able = well_formed(part.text), WhatsAppChannel.capabilities
    if channel == "whatsapp":
        has_buttons = bool(part.buttons) or part.asks_for_location
        text = plain(text, able.text_limit_with_buttons if has_buttons else able.text_limit)
    return text, tuple(button.id for button in part.buttons)
