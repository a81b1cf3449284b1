"""How many messages a second the whole road answers, and what one costs each part.

    .venv/bin/python -m bench.road [--messages 500]

Starts the whole stack on a fresh data directory between a Telegram and a WhatsApp of this machine, posts
messages to both webhooks faster than they can be answered, and takes the time until every reply has arrived
at its platform.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.answers import cpu_seconds
from bench.chaos_people import Crowd, questions
from bench.chaos_stack import client, start, wait_until_empty
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_whatsapp import FakeWhatsApp
from tests.support.stack import Stack, stop_stack

RATE = 60.0  # messages a second that are posted
_WARM_UP = 40  # messages


def post(stack: Stack, messages: int, seed: int) -> int:
    """Post that many messages and wait until all is answered and sent; how many were posted."""
    crowd = Crowd(stack.public_url, questions(), random.Random(seed), first=seed * 100_000)
    asyncio.run(crowd.write(RATE, lambda: crowd.acknowledged >= messages))
    if left := wait_until_empty(client(stack.streams)):
        raise RuntimeError(f"expected empty streams; {left} entries stay in them")
    return crowd.acknowledged


def measure(stack: Stack, messages: int) -> dict[str, Any]:
    """The figures of a stack that has just started."""
    post(stack, _WARM_UP, 1)
    before, started = cpu_seconds(stack.process.pid), time.monotonic()
    posted = post(stack, messages, 2)
    seconds, after = time.monotonic() - started, cpu_seconds(stack.process.pid)
    return {
        "messages": posted,
        "per_second": round(posted / seconds, 1),
        "cpu_ms_a_message": {part: round((after[part] - before[part]) / posted * 1000, 1) for part in after},
    }


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=500, help="messages at least")
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="merhaba-road-") as data,
        FakeTelegram() as telegram,
        FakeWhatsApp() as whatsapp,
    ):
        stack = start(Path(data), telegram, whatsapp)
        try:
            print(json.dumps(measure(stack, wanted.messages)))
        finally:
            stop_stack(stack)


if __name__ == "__main__":
    main()
