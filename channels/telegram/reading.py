"""What an update means to us."""

import re
from typing import Any

from bot.base.identity import Identity
from bot.base.languages import languages
from bot.pipeline.inbound import Event, Inbound, Presence
from channels.telegram.updates import Chat, MembershipChange, Message, Press, Update, User

# /help, /help@the_bot, /start with whatever follows it
_COMMAND = re.compile(r"/(start|language|help|human|delete|privacy)(?:@\w+)?(?!\S)", re.IGNORECASE | re.ASCII)
_DEVICE_LANGUAGES = {"ku": "kmr", "prs": "fa"}

# Fields of a message by what they tell us. An animation also has a document, so it stands first.
_UNREADABLE = {
    "voice": "voice",
    "audio": "voice",
    "video_note": "voice",
    "photo": "photo",
    "animation": "video",
    "video": "video",
    "sticker": "sticker",
    "document": "document",
    "contact": "contact",
}
# Notes of Telegram about the chat, which nobody said to us.
_NOTES = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
    "connected_website",
)
_GONE = ("kicked", "left")


def events(update: Update, identity: Identity) -> list[Event]:
    """The events of one update: none or one. What other bots write gives none."""
    number = str(update.update_id)
    if update.message:
        return _said(update.message, number, identity)
    if update.edited_message:
        return _edited(update.edited_message, number, identity)
    if update.callback_query:
        return _pressed(update.callback_query, number, identity)
    if update.my_chat_member:
        return _presence(update.my_chat_member, number, identity)
    return []


def _said(message: Message, number: str, identity: Identity) -> list[Event]:
    content = _content(message)
    if content is None or (message.sender and message.sender.is_bot):
        return []
    if "unreadable" in content and message.media_group_id:
        number = f"album-{message.media_group_id[:64]}"  # one explanation for all photos of an album
    return [_inbound(message.chat, message.sender, number, identity, content)]


def _edited(message: Message, number: str, identity: Identity) -> list[Event]:
    """New words count as a new message.

    A place that moves is edited every few seconds, so edited places do not count. Telegram may report an edit
    where no word has changed: then the person gets the answer twice."""
    in_private = message.chat.type == "private"
    return _said(message, number, identity) if in_private and (message.text or message.caption) else []


def _pressed(press: Press, number: str, identity: Identity) -> list[Event]:
    if press.data is None:
        return []
    # In a private chat, the chat has the number of the person.
    chat = press.message.chat if press.message else Chat(id=press.sender.id, type="private")
    content = {"button": press.data} if chat.type == "private" else {"unreadable": "group"}
    return [_inbound(chat, press.sender, number, identity, {**content, "receipt": press.id})]


def _presence(change: MembershipChange, number: str, identity: Identity) -> list[Event]:
    return [
        Presence(
            conversation_id=identity.conversation("telegram", str(change.chat.id)),
            channel="telegram",
            client_id=number,
            blocked=change.new_chat_member.status in _GONE,
        )
    ]


def _content(message: Message) -> dict[str, Any] | None:
    """The one field of Inbound that this message fills; None for a note of Telegram."""
    if message.chat.type != "private":
        return {"unreadable": "group"}
    if text := message.text or message.caption:
        command = _COMMAND.match(text)
        return {"command": command[1].lower()} if command else {"text": text}
    if place := message.location or (message.venue and message.venue.location):
        return {"location": (place.latitude, place.longitude)}
    rest = message.model_extra or {}
    if any(note in rest for note in _NOTES):
        return None
    return {"unreadable": next((kind for name, kind in _UNREADABLE.items() if name in rest), "other")}


def _inbound(
    chat: Chat, sender: User | None, number: str, identity: Identity, content: dict[str, Any]
) -> Inbound:
    address = str(chat.id)
    return Inbound(
        conversation_id=identity.conversation("telegram", address),
        channel="telegram",
        client_id=number,
        address=address,
        device_language=device_language(sender.language_code if sender else None),
        **content,
    )


def device_language(code: str | None) -> str | None:
    """Our language for a code of Telegram's such as "tr", "fa-AF" or "ku"; None where we have none."""
    first = (code or "").lower().replace("_", "-").split("-")[0]
    ours = _DEVICE_LANGUAGES.get(first, first)
    return ours if ours in languages() else None
