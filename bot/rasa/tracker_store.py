"""Keeping Rasa's trackers short, and free of what people say.

Rasa's own Redis store reads, compares and writes the whole history of a conversation at every message, and
the tracker travels with every call of an action: at 170 messages that took half of Rasa's time. The rules
look at the latest message only, the service answers one message of a conversation at a time, and what matters
is in the service's record; so a few turns are enough, with the slots and the form as they stood before them.

Typed text and replies are left out: the server's append-only file and copies of it keep old bytes, and unlike
the record a tracker is not sealed.
"""

from typing import Dict, List, Optional

from rasa.core.tracker_store import RedisTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TURNS = 3  # messages of the person that are kept


class ShortTrackerStore(RedisTrackerStore):
    """Stores the last turns of each conversation."""

    async def save(self, tracker: DialogueStateTracker, timeout: Optional[float] = None) -> None:
        """Replace the stored tracker by the last turns of `tracker`."""
        short = DialogueStateTracker.from_events(
            tracker.sender_id,
            wordless(last_turns(list(tracker.events))),
            self.domain.slots,
            domain=self.domain,
        )
        key = self.key_prefix + tracker.sender_id
        self.red.set(key, self.serialise_tracker(short), ex=timeout or self.record_exp)


def wordless(events: List[Event]) -> List[Event]:
    """The events without what was typed and said: intents and entities stay, which the rules read."""
    return [_without_words(event) for event in events]


def _without_words(event: Event) -> Event:
    if isinstance(event, UserUttered):
        return UserUttered("", event.intent, event.entities, timestamp=event.timestamp)
    if isinstance(event, BotUttered):
        return BotUttered("", timestamp=event.timestamp)
    return event


def last_turns(events: List[Event]) -> List[Event]:
    """The events of the last turns, after the slots and the form that the earlier ones left behind."""
    messages = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(messages) <= TURNS:
        return events
    first = messages[-TURNS]
    return [ActionExecuted(ACTION_LISTEN_NAME), *_left_behind(events[:first]), *events[first:]]


def _left_behind(events: List[Event]) -> List[Event]:
    last: Dict[str, Event] = {}
    for event in events:
        if isinstance(event, SlotSet):
            last[f"slot {event.key}"] = event
        elif isinstance(event, ActiveLoop):
            last["form"] = event
    return list(last.values())
