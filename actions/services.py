"""What actions need from the rest of the service. The app passes the real ones in."""

from dataclasses import dataclass
from typing import Protocol

from bot.base.texts import Texts
from knowledge_base.content_files import Content
from knowledge_base.directory import Directory
from knowledge_base.directory_words import DirectoryWords
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.search import Search


class VectorSource(Protocol):
    """Vectors of the messages being answered."""

    def get(self, key: str) -> Vectors | None: ...

    async def remember(self, text: str) -> str: ...


class Profile(Protocol):
    """What is remembered about a conversation."""

    async def set_language(self, id: str, language: str, *, chosen: bool) -> None: ...

    async def give_feedback(self, id: str, entry: str, helpful: bool) -> None: ...

    async def held(self, id: str) -> dict[str, int]: ...

    async def request_forget(self, id: str) -> None: ...


class TicketDesk(Protocol):
    """Where wishes to talk to a person are stored."""

    async def open_ticket(self, conversation_id: str, reason: str, language: str) -> bool:
        """Store a ticket; False when one is open already."""
        ...


@dataclass(frozen=True)
class Services:
    """Everything an action may use."""

    texts: Texts
    content: Content
    directory: Directory
    directory_words: DirectoryWords
    search: Search
    vectors: VectorSource
    profile: Profile
    tickets: TicketDesk
