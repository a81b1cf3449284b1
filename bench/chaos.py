"""A trial by fire: messages arrive through both webhooks while parts of the stack are killed in turn.

    make chaos
    .venv/bin/python -m bench.chaos [--messages 5000] [--kills 24] [--rate 8] [--data DIR] [--seed 1]

Starts the whole stack on a fresh data directory between a Telegram and a WhatsApp of this machine. Prints one
line of JSON; exits with 1 when a promise was broken, which the standard error names. See docs/chaos.md.
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.chaos_count import FIGURES, Record, counted
from bench.chaos_kills import Killer
from bench.chaos_people import Crowd, questions
from bench.chaos_stack import client, sent_by_address, start, wait_until_empty
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_whatsapp import FakeWhatsApp
from tests.support.stack import Stack, stop_stack

_NEVER = ("lost", "out_of_order", "duplicated_answers", "unsent", "misshapen")
_TELL_EVERY = 15.0  # seconds


def say(text: str) -> None:
    """Tell whoever watches."""
    print(text, file=sys.stderr, flush=True)


async def write_and_kill(stack: Stack, wanted: argparse.Namespace) -> tuple[Crowd, Killer]:
    """Let people write until there were enough messages and enough kills, evenly spread."""
    chance = random.Random(wanted.seed)
    messages, portion = int(wanted.messages), float(wanted.messages / (wanted.kills + 1))
    crowd, killer = Crowd(stack.public_url, questions(), chance), Killer(stack, chance, say)

    def is_due(kill: int) -> bool:
        return crowd.acknowledged >= kill * portion

    def is_enough() -> bool:
        return killing.done() and crowd.acknowledged >= messages

    killing = asyncio.create_task(killer.kill_in_turn(wanted.kills, is_due))
    writing = asyncio.create_task(crowd.write(wanted.rate, is_enough))
    while not writing.done():
        say(f"{crowd.acknowledged} messages acknowledged, {killer.kills.total()} kills")
        await asyncio.wait([writing], timeout=_TELL_EVERY)
    await asyncio.gather(killing, writing)
    return crowd, killer


def broken_promises(figures: dict[str, Any], messages: int, kills: int) -> list[str]:
    """What should not have happened, also fewer messages or kills than wanted; empty when all is well."""
    killed = sum(figures["kills"].values())
    found = [f"{name}: {figures[name]}" for name in _NEVER if figures[name]]
    if figures["duplicated_sends"] > killed:
        found.append(f"more than one repeated message a kill: {figures['duplicated_sends']}")
    if figures["acknowledged"] < messages or killed < kills:
        found.append(f"expected at least {messages} messages and {kills} kills")
    return found


def trial(data: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    """Run it all once; returns the figures."""
    with FakeTelegram() as telegram, FakeWhatsApp() as whatsapp:
        stack = start(data, telegram, whatsapp)
        try:
            return asyncio.run(measure(stack, wanted, telegram, whatsapp))
        finally:
            stop_stack(stack)


async def measure(
    stack: Stack, wanted: argparse.Namespace, telegram: FakeTelegram, whatsapp: FakeWhatsApp
) -> dict[str, Any]:
    """The figures of a stack that has just started."""
    started = time.monotonic()
    crowd, killer = await write_and_kill(stack, wanted)
    say(f"all {crowd.acknowledged} messages are written; waiting until everything is answered")
    redis = client(stack.streams)
    left = await asyncio.to_thread(wait_until_empty, redis)
    if left:
        say(f"{left} entries are still in the streams and nothing moves")
    seconds = time.monotonic() - started
    record = Record(stack, redis)
    figures, wrong = await counted(record, crowd.people, sent_by_address(telegram, whatsapp))
    for line in wrong:
        say(line)
    await record.close()
    return {
        **{name: figures[name] for name in FIGURES},
        "misshapen": len(telegram.misshapen) + len(whatsapp.misshapen),
        "posted_again": crowd.posted_again + crowd.repeated,
        "kills": dict(killer.kills),
        "longest_recovery": {part: round(longest, 1) for part, longest in killer.longest.items()},
        "seconds": round(seconds),
    }


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=5000, help="messages at least")
    parser.add_argument("--kills", type=int, default=24, help="kills, of all parts in turn")
    parser.add_argument("--rate", type=float, default=8.0, help="messages a second that arrive")
    parser.add_argument("--data", type=Path, help="new data directory, to keep; by default a temporary one")
    parser.add_argument("--seed", type=int, default=1, help="of what is written and when parts are killed")
    return parser.parse_args()


def main() -> None:
    """Run the trial and judge it."""
    wanted = arguments()
    data = wanted.data or Path(tempfile.mkdtemp(prefix="merhaba-chaos-"))
    data.mkdir(parents=True, exist_ok=True)
    figures = trial(data, wanted)
    print(json.dumps(figures), flush=True)
    broken = broken_promises(figures, wanted.messages, wanted.kills)
    for promise in broken:
        say(f"broken: {promise}")
    if broken:
        sys.exit(f"the record and the logs stay in {data}")
    if not wanted.data:
        shutil.rmtree(data)


if __name__ == "__main__":
    main()
