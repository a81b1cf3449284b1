"""Tables of the record, the only truth about conversations, messages and tickets."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Parent of all tables; constraint names are fixed so that migrations can address them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment with its time zone."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Conversation(Base):
    """One person's chat on one channel. `id` says nothing about the person.

    `address` is where replies go, sealed with the conversation's key; None where replies are fetched."""

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))
    language_chosen: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    forget_requested: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str | None] = mapped_column(Text)
    blocked: Mapped[bool] = mapped_column(default=False)  # the person does not want our messages
    last_heard_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Message(Base):
    """One message. `client_id` is the sender's own number of it: the same one is stored once.

    `content` is text, language and buttons as shown, as JSON sealed with the conversation's key; `decision`
    is how the bot came to a reply. An `interim` reply is the apology before the real one."""

    __tablename__ = "message"
    # Numbers are never used twice, because a browser resumes from the last number it has seen.
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        UniqueConstraint("answers", "interim"),
        Index(None, "conversation_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(String(8))  # "person" or "bot"
    client_id: Mapped[str | None] = mapped_column(String(255))
    answers: Mapped[int | None] = mapped_column()  # id of the person's message that a reply answers
    interim: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str] = mapped_column(Text)
    decision: Mapped[dict[str, object] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Delivery(Base):
    """One part of a reply at its platform. `state` only moves forward; see bot/pipeline/deliveries.py."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "part"),
        UniqueConstraint("conversation_id", "platform_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[int | None] = mapped_column()
    part: Mapped[int | None] = mapped_column()
    platform_id: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16))
    error: Mapped[int | None] = mapped_column()
    released_by: Mapped[str | None] = mapped_column(String(255))  # client_id of the message it waited for
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Button(Base):
    """What a button does. The person's device only sees the opaque `id`."""

    __tablename__ = "button"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    payload: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Ticket(Base):
    """A person's wish to talk to a person."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Feedback(Base):
    """Whether an answer helped."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("conversation_id", "entry"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    entry: Mapped[str] = mapped_column(String(128))
    helpful: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
