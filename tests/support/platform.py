"""A platform in memory, for tests of what the pipeline does with any channel."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.pipeline.channel import Capabilities, Outgoing
from bot.pipeline.inbound import ChannelName, Event, Inbound


@dataclass(frozen=True)
class Taken:
    """One message that the platform took, and when: seconds of the monotonic clock."""

    address: str
    text: str
    titles: tuple[str, ...]  # of the buttons under it
    at: float


@dataclass
class Platform:
    """A channel that keeps what its platform takes, and first fails with each of `failures`."""

    name: ChannelName = "telegram"
    per_second: float = 1000.0
    per_second_and_chat: float = 1000.0
    window_hours: int | None = None
    text_limit: int = 1000
    taken: list[Taken] = field(default_factory=list)
    failures: deque[Exception] = field(default_factory=deque)
    invited: list[tuple[str, str]] = field(default_factory=list)  # addresses and languages
    seen_messages: list[str] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            text_limit=self.text_limit,
            text_limit_with_buttons=self.text_limit,
            buttons=3,
            button_title=64,
            window_hours=self.window_hours,
        )

    @property
    def texts(self) -> list[str]:
        """What the platform took, in order."""
        return [taken.text for taken in self.taken]

    def parse(self, update: object) -> Sequence[Event]:
        return ()

    async def send(self, address: str, outgoing: Outgoing) -> str:
        if self.failures:
            raise self.failures.popleft()
        titles = tuple(button.title for button in outgoing.buttons)
        self.taken.append(Taken(address, outgoing.text, titles, time.monotonic()))
        return f"number-{len(self.taken)}"

    async def invite(self, address: str, language: str) -> str | None:
        if self.failures:
            raise self.failures.popleft()
        self.invited.append((address, language))
        return "invitation"

    async def seen(self, inbound: Inbound) -> None:
        self.seen_messages.append(inbound.client_id)

    async def close(self) -> None:
        """Nothing to let go of."""
