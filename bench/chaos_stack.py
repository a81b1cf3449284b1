"""The stack of the trial between a Telegram and a WhatsApp of this machine."""

import os
import signal
import subprocess
import time
from collections import defaultdict
from pathlib import Path

from redis import Redis

from bench.chaos_count import Part
from bot.app.streams import Streams
from bot.pipeline.streams import PARTITIONS, inbox, outbox
from tests.support import fake_telegram, fake_whatsapp
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_whatsapp import FakeWhatsApp
from tests.support.stack import MERHABA, START_WITHIN, Stack, environment, poll
from tests.support.whatsapp_settings import APP_SECRET, VERIFY_TOKEN
from tests.support.whatsapp_updates import PHONE_ID

_LOOK_EVERY = 1.0  # seconds
_STALLED = 180.0  # seconds without any change of the streams, after which waiting ends


def start(data: Path, telegram: FakeTelegram, whatsapp: FakeWhatsApp) -> Stack:
    """`merhaba run` between the two platforms, with both webhooks; returns when it says Ready."""
    settings = {
        "MERHABA_PUBLIC_URL": "https://merhaba.example",
        "MERHABA_TELEGRAM_TOKEN": fake_telegram.TOKEN,
        "MERHABA_TELEGRAM_URL": telegram.url,
        "MERHABA_WHATSAPP_PHONE_ID": PHONE_ID,
        "MERHABA_WHATSAPP_TOKEN": fake_whatsapp.TOKEN,
        "MERHABA_WHATSAPP_APP_SECRET": APP_SECRET,
        "MERHABA_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        "MERHABA_WHATSAPP_URL": whatsapp.url,
    }
    with (data / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [str(MERHABA), "run", "--port", "0", "--data", str(data)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**environment(), **settings},
            start_new_session=True,
        )
    stack = Stack(data, process)
    try:
        poll(lambda: "Ready" in stack.output or process.poll() is not None, START_WITHIN, "Ready")
        assert process.poll() is None, stack.output
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        raise
    return stack


def wait_until_empty(redis: Redis) -> int:
    """Wait until nothing is left in the streams, or nothing moves any more; returns what is left."""
    names = [name(partition) for name in (inbox, outbox) for partition in range(PARTITIONS)]
    left, since = -1, time.monotonic()
    while left and time.monotonic() - since < _STALLED:
        before, left = left, sum(int(redis.xlen(name)) for name in names)
        since = time.monotonic() if left != before else since
        time.sleep(_LOOK_EVERY)
    return left


def client(streams: Streams) -> Redis:
    """A connection to the stack's streams."""
    return Redis(streams.host, streams.port, password=streams.password)


def sent_by_address(telegram: FakeTelegram, whatsapp: FakeWhatsApp) -> dict[str, list[Part]]:
    """What both platforms got, in order."""
    found: dict[str, list[Part]] = defaultdict(list)
    for sent in telegram.sent:
        found[str(sent.chat_id)].append((sent.text, tuple(id for _, id in sent.buttons)))
    for message in whatsapp.sent:
        found[message.to].append((message.text, tuple(id for _, id in message.buttons)))
    return found
