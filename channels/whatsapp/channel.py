"""The WhatsApp channel."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress

import httpx
from pywa.errors import WhatsAppError
from pywa.types.callback import Button, Section, SectionList, SectionRow
from pywa_async.client import WhatsApp
from pywa_async.types.sent_update import SentMessage

from bot.base.clean import well_formed
from bot.base.identity import Identity
from bot.base.settings import Settings
from bot.pipeline.channel import Capabilities, Outgoing, Refused, TryLater
from bot.pipeline.inbound import ChannelName, Event, Inbound
from channels.whatsapp.failures import outcome
from channels.whatsapp.incoming import read_update
from channels.whatsapp.json_parts import ADDRESS
from channels.whatsapp.plain import plain
from channels.whatsapp.template import Template

_COURTESY = 2.0  # seconds that a sign of life may take
_NEEDED = ("whatsapp_token", "whatsapp_app_secret", "whatsapp_verify_token")


class WhatsAppChannel:
    """One phone number of the WhatsApp Cloud API."""

    name: ChannelName = "whatsapp"
    capabilities = Capabilities(
        text_limit=4096,
        text_limit_with_buttons=1024,
        buttons=3,
        button_title=20,
        list_rows=10,
        list_row_title=24,
        list_row_description=72,
        asks_for_location=True,
        window_hours=24,
    )
    # Meta allows a number 80 messages a second, what people write included: half of it is for our replies.
    per_second = 40.0
    # Meta allows 45 messages to one person in a burst, then one every 6 seconds. A slower pace would keep
    # a person waiting for the rest of an answer; whoever uses up the burst waits then (code 131056).
    per_second_and_chat = 1.0

    def __init__(self, settings: Settings, identity: Identity, *, timeout: float = 15.0) -> None:
        """`timeout` is how many seconds one of Meta's answers may take.

        Raises ValueError naming the settings that are missing or wrong: without them we do not start."""
        _check(settings)
        _quiet()
        self._phone_id, self._identity, self._timeout = settings.whatsapp_phone_id, identity, timeout
        self._template = Template(settings.whatsapp_template, settings.whatsapp_template_languages)
        self._session = httpx.AsyncClient(timeout=timeout)
        token = settings.whatsapp_token.get_secret_value()
        self._client = WhatsApp(settings.whatsapp_phone_id, token, session=self._session)
        self._session.base_url = httpx.URL(settings.whatsapp_url)  # the library has set its own

    def parse(self, update: object) -> Sequence[Event]:
        """The events of one decoded request. Raises BadUpdate; other phone numbers give no event."""
        return read_update(update, self._phone_id, self._identity)

    async def send(self, address: str, outgoing: Outgoing) -> str:
        """Send, and return Meta's id of the message. Raises TryLater or Refused.

        After a time-out the message may have arrived all the same: Meta has no key against repetition, so
        trying again can show it twice."""
        _check_address(address)
        return await _sent(self._sending(address, outgoing), self._timeout)

    async def invite(self, address: str, language: str) -> str | None:
        """Send the approved template, whose answer opens the window again; None where none is configured.

        Raises TryLater or Refused."""
        if not self._template.name:
            return None
        _check_address(address)
        code = self._template.language(language)
        return await _sent(self._client.send_template(address, self._template.name, code), self._timeout)

    async def seen(self, inbound: Inbound) -> None:
        """Mark a message as read and show that we write. Never fails: it is only a courtesy."""
        if inbound.receipt:
            with suppress(Exception):
                async with asyncio.timeout(_COURTESY):
                    await self._client.indicate_typing(inbound.receipt)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.aclose()

    def _sending(self, address: str, outgoing: Outgoing) -> Awaitable[SentMessage]:
        has_buttons = bool(outgoing.buttons) or outgoing.asks_for_location
        can = self.capabilities
        limit = can.text_limit_with_buttons if has_buttons else can.text_limit
        text = plain(well_formed(outgoing.text), limit)
        if outgoing.asks_for_location:
            return self._client.request_location(address, text)
        return self._client.send_message(address, text, buttons=_shown(outgoing), preview_url=False)


async def _sent(sending: Awaitable[SentMessage], seconds: float) -> str:
    """Meta's id of the message, once it is sent.

    The library's exceptions hold what was sent and to whom: none of them goes further."""
    failure: TryLater | Refused
    try:
        async with asyncio.timeout(seconds):
            return str((await sending).id)
    except WhatsAppError as error:
        failure = outcome(error)
    except Exception as error:
        failure = TryLater(f"WhatsApp did not answer as expected ({type(error).__name__})")
    raise failure


def _shown(outgoing: Outgoing) -> list[Button] | SectionList | None:
    if not outgoing.list_title:
        return [Button(button.title, button.id) for button in outgoing.buttons] or None
    rows = [SectionRow(button.title, button.id, button.description or None) for button in outgoing.buttons]
    return SectionList(outgoing.list_title, [Section(outgoing.list_title, rows)])


def _check_address(address: str) -> None:
    # The library would take anything else for a group.
    if not ADDRESS.fullmatch(address):
        raise Refused("refused")


def _check(settings: Settings) -> None:
    """Unsigned requests could come from anybody, so nothing works without the secrets."""
    missing = [name for name in _NEEDED if not getattr(settings, name).get_secret_value().strip()]
    if missing:
        names = ", ".join(f"MERHABA_{name.upper()}" for name in missing)
        raise ValueError(f"MERHABA_WHATSAPP_PHONE_ID turns WhatsApp on, which also needs {names}: set them")


def _quiet() -> None:
    """Keep out of the log what people write and their numbers, which the library logs for debugging."""
    for name in ("pywa", "pywa_async", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
