"""How long an answer takes, how many are given a second, and the memory it costs, through the whole bot.

    .venv/bin/python bench/answers.py [--data var] [--messages 200]

Asks paraphrases of the knowledge base in all languages, each as a new message of 1 or of 8 conversations at
the same time, on the stack that runs on the data directory (or on one started for it). The time is taken at
the service's internal listener: identification, embedding, Rasa, search, and both sides stored.
"""

import argparse
import asyncio
import secrets
import statistics
import time
from pathlib import Path

import httpx
import psutil

from bot.app.running import Running, is_alive, read_running
from bot.app.supervisor import Supervisor
from bot.base.settings import Settings
from knowledge_base.content_files import load_content

WARM_UP = 20  # messages before the clock runs
PARTS = ("valkey", "bot.app.serve", "bot.rasa.start", "bot.app.gateway")  # as their command lines show


def questions(number: int) -> list[str]:
    """Paraphrases, taking turns between entries and languages."""
    texts = [
        text
        for entry in load_content().entries.values()
        for translation in entry.translations.values()
        for text in translation.paraphrases
    ]
    step = max(1, len(texts) // number)
    return texts[::step][:number]


async def ask(client: httpx.AsyncClient, conversation_id: str, text: str) -> float:
    """Seconds until the reply to one message."""
    body = {
        "conversation_id": conversation_id,
        "channel": "test",
        "client_id": secrets.token_hex(8),
        "text": text,
    }
    started = time.perf_counter()
    (await client.post("/ask", json=body)).raise_for_status()
    return time.perf_counter() - started


async def measure(running: Running, texts: list[str], conversations: int) -> None:
    """Print one line of figures for that many conversations at the same time."""
    headers = {"Authorization": running.secret}
    async with httpx.AsyncClient(base_url=running.internal_url, headers=headers, timeout=60) as client:
        ids = [f"test-{secrets.token_hex(8)}" for _ in range(conversations)]
        for text in texts[:WARM_UP]:
            await ask(client, ids[0], text)

        async def talk(place: int) -> list[float]:
            return [await ask(client, ids[place], text) for text in texts[place::conversations]]

        started = time.perf_counter()
        times = [
            seconds for part in await asyncio.gather(*map(talk, range(conversations))) for seconds in part
        ]
        whole = time.perf_counter() - started
        for id in ids:
            await client.post(f"/remove/{id}")
    cuts = statistics.quantiles(times, n=20)
    print(
        f"{conversations} conversations: p50 {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms, "
        f"{len(times) / whole:.1f} messages/s ({len(times)} messages)"
    )


def processes(supervisor: int) -> dict[str, psutil.Process]:
    """The supervisor and each of its parts, by name."""
    process = psutil.Process(supervisor)
    return {_name(part): part for part in [process, *process.children()]}


def _name(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return next(
        (
            part
            for part in ("valkey", "bot.app.serve", "bot.rasa.start", "bot.app.gateway")
            if part in command
        ),
        "merhaba",
    )


def cpu_seconds(supervisor: int) -> dict[str, float]:
    """Processor time each part has used so far."""
    return {name: sum(part.cpu_times()[:2]) for name, part in processes(supervisor).items()}


def print_cost(supervisor: int, before: dict[str, float], messages: int) -> None:
    """Processor time a message and resident memory of each part."""
    after = cpu_seconds(supervisor)
    for name, part in processes(supervisor).items():
        spent = (after[name] - before[name]) / messages * 1000
        held = part.memory_info().rss / 2**20
        print(f"{name}: {spent:.1f} ms of processor a message, {held:.0f} MiB resident")


def main() -> None:
    """Measure with 1 and with 8 conversations."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Settings().data, help="data directory of the stack")
    parser.add_argument("--messages", type=int, default=200, help="messages for each figure")
    arguments = parser.parse_args()
    texts = questions(arguments.messages)
    running = read_running(arguments.data)
    own = None
    if not running or not is_alive(running):
        own = Supervisor(Settings().model_copy(update={"data": arguments.data}), public=False)
        running = own.start()
    try:
        before = cpu_seconds(running.pid)
        for conversations in (1, 8):
            asyncio.run(measure(running, texts, conversations))
        print_cost(running.pid, before, 2 * (len(texts) + WARM_UP))
    finally:
        if own:
            own.stop()


if __name__ == "__main__":
    main()
