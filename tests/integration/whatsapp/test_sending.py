"""What arrives at Meta, and what we make of its refusals."""

import logging
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.base.identity import Identity
from bot.base.texts import Texts
from bot.pipeline.channel import Outgoing, Reason, Refused, ShownButton, TryLater
from bot.pipeline.inbound import Inbound
from bot.pipeline.rendering import render
from channels.whatsapp.channel import WhatsAppChannel
from tests.support import fake_whatsapp as fake
from tests.support.fake_whatsapp import TOKEN, FakeWhatsApp
from tests.support.whatsapp_settings import whatsapp_settings
from tests.support.whatsapp_updates import PERSON

HELLO = Outgoing(text="Hello, Amal", language="en")
CHOICES = tuple(ShownButton(id=f"b{number}", title=f"Choice {number}") for number in range(10))
RECEIPT = "wamid.THEIRS"
SEEN = Inbound(conversation_id="whatsapp-1", channel="whatsapp", client_id="w", text="hi", receipt=RECEIPT)


@pytest.fixture(scope="module")
def whatsapp() -> Iterator[FakeWhatsApp]:
    with FakeWhatsApp() as running:
        yield running


@pytest.fixture
async def channel(whatsapp: FakeWhatsApp) -> AsyncIterator[WhatsAppChannel]:
    made = channel_of(whatsapp)
    yield made
    await made.close()
    assert whatsapp.misshapen == []


@pytest.fixture
async def hasty(whatsapp: FakeWhatsApp) -> AsyncIterator[WhatsAppChannel]:
    """A channel that soon gives up to wait for an answer."""
    made = channel_of(whatsapp, timeout=0.3)
    yield made
    await made.close()


def channel_of(whatsapp: FakeWhatsApp, timeout: float = 20, **changed: str) -> WhatsAppChannel:
    changed.setdefault("whatsapp_url", whatsapp.url)
    return WhatsAppChannel(whatsapp_settings(**changed), Identity(b"secret of this test"), timeout=timeout)


async def sent(whatsapp: FakeWhatsApp, channel: WhatsAppChannel, outgoing: Outgoing) -> fake.Sent:
    id = await channel.send(PERSON, outgoing)
    assert whatsapp.sent[-1].id == id
    assert whatsapp.sent[-1].to == PERSON
    return whatsapp.sent[-1]


async def test_send_text(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    assert (await sent(whatsapp, channel, HELLO)).body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PERSON,
        "type": "text",
        "text": {"body": "Hello, Amal", "preview_url": False},
    }


async def test_send_text_as_it_is_written(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    text = "*Law* 6458_1, see https://www.goc.gov.tr/a_b_c*d* _now_ a\ud83db"
    shown = (await sent(whatsapp, channel, Outgoing(text=text, language="en"))).text
    assert shown.replace("\u2060", "") == text.replace("\ud83d", "\ufffd")
    assert "https://www.goc.gov.tr/a_b_c*d*" in shown
    assert "*Law*" not in shown
    assert "_now_" not in shown


async def test_send_reply_buttons(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    message = await sent(whatsapp, channel, Outgoing(text="Which?", language="en", buttons=CHOICES[:3]))
    assert message.body["interactive"] == {
        "type": "button",
        "body": {"text": "Which?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": f"b{number}", "title": f"Choice {number}"}}
                for number in range(3)
            ]
        },
    }


async def test_send_list(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    long = ShownButton(id="b10", title="How do I get…", description="How do I get a travel permit?")
    rows = (*CHOICES[:9], long)
    message = await sent(
        whatsapp, channel, Outgoing(text="Which?", language="en", buttons=rows, list_title="Choose")
    )
    interactive = message.body["interactive"]
    assert (interactive["type"], interactive["action"]["button"]) == ("list", "Choose")
    (section,) = interactive["action"]["sections"]
    assert section["rows"][0] == {"id": "b0", "title": "Choice 0"}
    assert section["rows"][9] == {"id": "b10", "title": long.title, "description": long.description}
    assert message.buttons[1] == ("Choice 1", "b1")


async def test_send_wish_for_the_place(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    wish = Outgoing(text="Where are you?", language="en", asks_for_location=True)
    message = await sent(whatsapp, channel, wish)
    assert message.body["interactive"] == {
        "type": "location_request_message",
        "body": {"text": "Where are you?"},
        "action": {"name": "send_location"},
    }


TITLES = st.text("ab *_أ😀", min_size=1, max_size=100).filter(str.strip)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ab. *_~\n\nأ😀", max_size=6000), st.lists(TITLES, max_size=14), st.booleans())
async def test_send_whatever_a_reply_becomes(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, text: str, titles: list[str], ask: bool
) -> None:
    buttons = [ShownButton(id=f"b{number}", title=title) for number, title in enumerate(titles)]
    before = len(whatsapp.sent)
    parts = render(text, "en", buttons, channel.capabilities, Texts(), ask_location=ask)
    for part in parts:
        await channel.send(PERSON, part)
    arrived = whatsapp.sent[before:]
    assert whatsapp.misshapen == []
    assert [id for message in arrived for _, id in message.buttons] == [button.id for button in buttons]
    said = "".join(message.text for message in arrived).replace("\u2060", "")
    assert "".join(said.split()).startswith("".join(text.split()))


@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (fake.TOO_FAST, 3),
        (fake.PAIR_RATE, 6),
        (fake.UNAVAILABLE, None),
        (fake.BAD_TOKEN, 300),
        (fake.NO_NUMBER, 300),
        (fake.Refusal(500, 131000), None),
        ("lost", None),
        ("garbage", None),
        ("odd", None),
    ],
)
async def test_send_is_tried_again_after(
    whatsapp: FakeWhatsApp,
    channel: WhatsAppChannel,
    trouble: fake.Trouble | fake.Refusal,
    seconds: float | None,
) -> None:
    whatsapp.fail(trouble)
    with pytest.raises(TryLater) as caught:
        await channel.send(PERSON, HELLO)
    assert caught.value.seconds == seconds
    await sent(whatsapp, channel, HELLO)


async def test_send_without_an_answer_is_tried_again(whatsapp: FakeWhatsApp, hasty: WhatsAppChannel) -> None:
    whatsapp.fail("hang")
    started = time.monotonic()
    with pytest.raises(TryLater, match="Timeout"):
        await hasty.send(PERSON, HELLO)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (fake.WINDOW_CLOSED, "window_closed"),
        (fake.UNDELIVERABLE, "blocked"),
        (fake.BAD_PARAMETER, "refused"),
        (fake.Refusal(404, 1234), "refused"),
    ],
)
async def test_send_is_refused_for_good(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, trouble: fake.Refusal, reason: Reason
) -> None:
    whatsapp.fail(trouble)
    with pytest.raises(Refused) as caught:
        await channel.send(PERSON, HELLO)
    assert (caught.value.reason, caught.value.code) == (reason, trouble.code)


async def test_send_where_nobody_listens(whatsapp: FakeWhatsApp) -> None:
    lonely = channel_of(whatsapp, whatsapp_url="http://127.0.0.1:9/v23.0")
    with pytest.raises(TryLater):
        await lonely.send(PERSON, HELLO)
    await lonely.close()


@pytest.mark.parametrize("wrong", [{"whatsapp_token": "old"}, {"whatsapp_phone_id": "1"}])
async def test_send_with_wrong_settings_waits(whatsapp: FakeWhatsApp, wrong: dict[str, Any]) -> None:
    mistaken = channel_of(whatsapp, **wrong)
    with pytest.raises(TryLater, match="does not accept our account"):
        await mistaken.send(PERSON, HELLO)
    await mistaken.close()


@pytest.mark.parametrize(
    "trouble", [None, fake.BAD_TOKEN, fake.BAD_PARAMETER, fake.TOO_FAST, "hang", "lost", "garbage", "odd"]
)
async def test_send_leaves_no_trace_of_people(
    whatsapp: FakeWhatsApp,
    channel: WhatsAppChannel,
    hasty: WhatsAppChannel,
    trouble: fake.Trouble | fake.Refusal | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    if trouble:
        whatsapp.fail(trouble)
    error = None
    try:
        await (hasty if trouble == "hang" else channel).send(PERSON, HELLO)
    except (TryLater, Refused) as raised:
        error = raised
    await channel.seen(SEEN)
    assert (error is None) == (trouble is None)
    if error:
        assert error.__cause__ is None
        assert error.__context__ is None
    traces = f"{caplog.text} {error!r}"
    assert [word for word in (PERSON, "Amal", TOKEN, RECEIPT) if word in traces] == []


@pytest.mark.parametrize(("language", "theirs"), [("fa", "fa"), ("ps", "fa"), ("kmr", "tr"), ("en", "en")])
async def test_invite_sends_the_template(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, language: str, theirs: str
) -> None:
    id = await channel.invite(PERSON, language)
    message = whatsapp.sent[-1]
    assert (message.id, message.to) == (id, PERSON)
    assert message.body["template"] == {"name": "come_back", "language": {"code": theirs}}


async def test_invite_without_a_template(whatsapp: FakeWhatsApp) -> None:
    plain, before = channel_of(whatsapp, whatsapp_template=""), whatsapp.tries
    assert await plain.invite(PERSON, "en") is None
    assert whatsapp.tries == before
    await plain.close()


async def test_invite_that_is_refused(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    whatsapp.fail(fake.Refusal(400, 132001))
    with pytest.raises(Refused) as caught:
        await channel.invite(PERSON, "en")
    assert caught.value.code == 132001


async def test_seen_marks_the_message_and_shows_that_we_write(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel
) -> None:
    await channel.seen(SEEN)
    assert whatsapp.seen[-1] == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": RECEIPT,
        "typing_indicator": {"type": "text"},
    }


async def test_seen_without_a_receipt(whatsapp: FakeWhatsApp, channel: WhatsAppChannel) -> None:
    before = len(whatsapp.seen)
    await channel.seen(SEEN.model_copy(update={"receipt": None}))
    assert len(whatsapp.seen) == before


@pytest.mark.parametrize("trouble", [fake.BAD_TOKEN, fake.TOO_FAST, "lost", "garbage", "odd"])
async def test_seen_never_fails(
    whatsapp: FakeWhatsApp, channel: WhatsAppChannel, trouble: fake.Trouble | fake.Refusal
) -> None:
    whatsapp.fail_seen(trouble)
    await channel.seen(SEEN)


async def test_seen_takes_at_most_two_seconds(whatsapp: FakeWhatsApp) -> None:
    patient = channel_of(whatsapp, timeout=60)
    whatsapp.fail_seen("hang")
    started = time.monotonic()
    await patient.seen(SEEN)
    assert time.monotonic() - started < 2.5
    await patient.close()
