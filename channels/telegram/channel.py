"""The Telegram channel."""

import asyncio
import logging
import textwrap
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from prometheus_client import Counter
from telegram import LinkPreviewOptions

from bot.base.clean import well_formed
from bot.base.identity import Identity
from bot.base.texts import Texts
from bot.pipeline.channel import BadUpdate, Capabilities, Outgoing, Refused
from bot.pipeline.inbound import ChannelName, Event, Inbound
from channels.telegram.api import TelegramApi
from channels.telegram.failures import outcome
from channels.telegram.keyboards import Keyboard, keyboard
from channels.telegram.reading import events
from channels.telegram.updates import decode

Accept = Callable[[Sequence[Event]], Awaitable[None]]  # returns when the events are stored for good

TEXT_LIMIT = 4096  # UTF-16 units: most emoji count two
_COURTESY = 2.0  # seconds that a sign of life may take
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_bad_updates = Counter("merhaba_telegram_bad_updates", "Updates from Telegram that could not be read")
_log = logging.getLogger(__name__)


class TelegramChannel:
    """One Telegram bot."""

    name: ChannelName = "telegram"
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        text_limit_with_buttons=TEXT_LIMIT,
        buttons=100,
        button_title=64,
        asks_for_location=True,
    )
    per_second = 30.0
    per_second_and_chat = 1.0

    def __init__(
        self,
        identity: Identity,
        texts: Texts,
        token: str,
        *,
        url: str = "https://api.telegram.org",
        timeout: float = 10.0,
    ) -> None:
        """`url` is the address of the bot API; `timeout` is how many seconds one of its answers may take."""
        self.api = TelegramApi(token, url, timeout)
        self._identity, self._texts = identity, texts

    def parse(self, update: object) -> Sequence[Event]:
        """The events of one decoded update. Raises BadUpdate; unknown kinds give no event."""
        return events(decode(update), self._identity)

    def parse_or_skip(self, update: object) -> Sequence[Event]:
        """Like parse, but a bad update is counted, logged without its content, and gives no event."""
        try:
            return self.parse(update)
        except BadUpdate as error:
            _bad_updates.inc()
            _log.warning("skipped: %s", error)
            return ()

    async def send(self, address: str, outgoing: Outgoing) -> str:
        """Send, and return the number of the message, the last one if it took several.

        Raises TryLater or Refused. After a time-out the message may have arrived all the same: Telegram has
        no key against repetition, so trying again can show it twice."""
        buttons = self._keyboard(outgoing)
        *before, last = _parts(well_formed(outgoing.text))
        try:
            for part in before:
                await self._send(address, part, None)
            return await self._send(address, last, buttons)
        except Exception as error:
            raise outcome(error) from None

    async def invite(self, address: str, language: str) -> str | None:  # noqa: ARG002
        """None: on Telegram we may always write."""
        return None

    async def seen(self, inbound: Inbound) -> None:
        """Show "typing", and stop the clock on a pressed button. Takes at most two seconds."""
        signs = []
        if inbound.receipt:
            signs.append(self.api.answer_callback_query(inbound.receipt))
        if inbound.address:
            signs.append(self.api.send_chat_action(inbound.address, "typing"))
        with suppress(Exception):
            async with asyncio.timeout(_COURTESY):
                await asyncio.gather(*signs, return_exceptions=True)

    async def close(self) -> None:
        """Let go of connections."""
        await self.api.close_connections()

    def _keyboard(self, outgoing: Outgoing) -> Keyboard:
        try:
            return keyboard(outgoing, self._texts.get(outgoing.language, "button_share_location"))
        except ValueError as error:
            _log.error("not sent: %s", error)
            raise Refused("refused", 400) from None

    async def _send(self, address: str, text: str, buttons: Keyboard | None) -> str:
        # No parse mode: what people or editors write is never read as markup.
        message = await self.api.send_message(
            address, text, reply_markup=buttons, link_preview_options=_NO_PREVIEW
        )
        return str(message.message_id)


def _parts(text: str) -> list[str]:
    """The text in pieces that Telegram takes.

    The pipeline may count characters; Telegram counts UTF-16 units, at most two for a character. So only
    texts full of emoji are cut here. When a later piece fails, trying again repeats the earlier ones."""
    if len(text.encode("utf-16-le")) // 2 <= TEXT_LIMIT:
        return [text]
    return textwrap.wrap(text, TEXT_LIMIT // 2, replace_whitespace=False, expand_tabs=False) or [text]
