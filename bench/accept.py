"""How fast webhooks accept while Rasa is stopped: messages a second, waiting time, processor time by part.

    .venv/bin/python -m bench.accept [--seconds 20] [--newcomers 0.2] [--connections 40]

Starts the whole stack on a fresh data directory, stops Rasa (SIGSTOP) and lets wrk (apt-get install wrk) post
signed messages, each of them once, first as Telegram, then as WhatsApp. Everything shares two processors.
Prints a line of JSON for each channel. Exits with 1 when it is slower than promised.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, get_args

import psutil

from bench.answers import cpu_seconds
from bench.chaos_people import ChannelName, Person, Request, questions, request_of
from bench.chaos_stack import start
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_whatsapp import FakeWhatsApp
from tests.support.stack import Stack, stop_stack

SCRIPT = Path(__file__).with_suffix(".lua")
PER_SECOND, WITHIN = 600.0, 250.0  # wanted: messages a second, milliseconds for 99 of 100
_MOST = 2500  # messages a second that are prepared
_KNOWN = 3000  # people who have written before
_WARM_UP = 10  # seconds, in which those write who are known then
_MESSAGES_AT_MOST = 15  # of one known person: beyond 20 a minute messages are treated differently


def messages(channel: ChannelName, newcomers: float, chance: random.Random) -> Iterator[Request]:
    """First one message of each known person, then theirs in turn with that share of new people between."""
    texts = [text for language in questions().values() for text in language]
    known = [Person(channel, number) for number in range(_KNOWN)]
    numbers, people = count(1), count(_KNOWN)
    for person in known:
        yield request_of(person, next(numbers), chance.choice(texts))
    for number in count():
        is_new = chance.random() < newcomers
        person = Person(channel, next(people)) if is_new else known[number % _KNOWN]
        yield request_of(person, next(numbers), chance.choice(texts))


def raw(request: Request) -> bytes:
    """The request as it goes over the wire."""
    headers = {**request.headers, "Host": "merhaba.example", "Content-Length": str(len(request.content))}
    lines = [f"POST {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + request.content


def post(url: str, file: Path, requests: list[Request], seconds: int, connections: int) -> dict[str, Any]:
    """Let wrk post that long; its figures."""
    file.write_bytes(b"\0".join(map(raw, requests)))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), url, "--", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def measure(stack: Stack, channel: ChannelName, wanted: argparse.Namespace) -> dict[str, Any]:
    """The figures of one channel."""
    made = messages(channel, wanted.newcomers, random.Random(1))
    file = stack.data / f"{channel}.requests"
    first = [next(made) for _ in range(_KNOWN)]
    warm = post(stack.public_url, file, first, _WARM_UP, wanted.connections)
    if warm["answered"] < _KNOWN:
        print(f"only {warm['answered']} of {_KNOWN} people were known before", file=sys.stderr)
    later = [next(made) for _ in range(min(_MOST * wanted.seconds, _KNOWN * _MESSAGES_AT_MOST))]
    before = cpu_seconds(stack.process.pid)
    found = post(stack.public_url, file, later, wanted.seconds, wanted.connections)
    after = cpu_seconds(stack.process.pid)
    if found["answered"] > len(later):
        raise RuntimeError(f"expected at most {len(later)} messages; wrk posted some of them twice")
    return {
        "channel": channel,
        "per_second": round(found["answered"] / found["seconds"], 1),
        **{f"{name}_ms": found[name] for name in ("p50", "p99", "longest")},
        "accepted": found["answered"],
        "failed": found["failed"],
        "newcomers": wanted.newcomers,
        "cpu_ms_a_message": {
            part: round((after[part] - before[part]) / found["answered"] * 1000, 2) for part in after
        },
    }


def main() -> None:
    """Measure both channels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=20, help="seconds for each channel")
    parser.add_argument("--newcomers", type=float, default=0.2, help="share of messages of new people")
    parser.add_argument("--connections", type=int, default=40, help="requests at the same time")
    wanted = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    slow = False
    with (
        tempfile.TemporaryDirectory(prefix="merhaba-accept-") as data,
        FakeTelegram() as telegram,
        FakeWhatsApp() as whatsapp,
    ):
        stack = start(Path(data), telegram, whatsapp)
        try:
            rasa, supervisor = stack.children()["rasa"], psutil.Process(stack.process.pid)
            supervisor.suspend()  # it would replace a Rasa that hangs
            rasa.suspend()
            for channel in get_args(ChannelName):
                figures = measure(stack, channel, wanted)
                print(json.dumps(figures), flush=True)
                slow |= figures["per_second"] < PER_SECOND or figures["p99_ms"] > WITHIN
                slow |= figures["failed"] > 0
        finally:
            psutil.Process(stack.process.pid).resume()
            stop_stack(stack)
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
