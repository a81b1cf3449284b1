"""The command line."""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx
import typer
from pydantic import ValidationError

from bot.app.asking import as_json, ask_all, ask_file, ask_one
from bot.app.attach import Stack, attached, conversation
from bot.app.evaluating import as_given, evaluate, read_replies
from bot.app.progress import console, step
from bot.app.running import InUse, is_alive, read_running
from bot.app.supervisor import StartFailed, Supervisor
from bot.app.time_to_write import time_to_write
from bot.app.training import TrainingFailed, model_path
from bot.app.training import train as train_model
from bot.app.upkeep import keys, list_deliveries, quarantine
from bot.base.clean import well_formed
from bot.base.languages import languages
from bot.base.record import now
from bot.base.sealing import Unreadable
from bot.base.secrets_file import SecretsUnusable
from bot.base.settings import Settings
from bot.base.storage import Storage
from channels.terminal import chat_in_terminal
from handoff.tickets import Tickets
from knowledge_base.check import check, overdue
from knowledge_base.content_files import ContentError, load_content
from knowledge_base.directory import load_directory
from knowledge_base.question_file import BadQuestionFile, read_questions

EXPECTED = (
    InUse,
    StartFailed,
    TrainingFailed,
    ContentError,
    BadQuestionFile,
    SecretsUnusable,
    Unreadable,
    OSError,
    httpx.HTTPError,
    ValidationError,  # a setting that cannot be used
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Merhaba: tells migrants and refugees in Türkiye their rights, services and next steps.",
)
kb = typer.Typer(no_args_is_help=True, help="The knowledge base.")
app.add_typer(kb, name="kb")
app.add_typer(quarantine, name="quarantine")
app.add_typer(keys, name="keys")
app.command("deliveries")(list_deliveries)

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the record and the streams.")]
Port = Annotated[int | None, typer.Option(help="Public port; 0 picks a free one.", min=0, max=65535)]


@app.command()
def run(port: Port = None, data: Data = None) -> None:
    """Start everything and keep it running until Ctrl-C."""
    # Until the supervisor watches, a request to stop must pass through its clean-up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    supervisor = Supervisor(_settings(data, port))
    running = supervisor.start()
    console.print(f"\nReady. Open the web chat: {running.public_url}/chat\nStop with Ctrl-C.")
    try:
        supervisor.watch()
    finally:
        with step("Stopping"):
            supervisor.stop()


@app.command()
def chat(data: Data = None) -> None:
    """Chat in the terminal."""
    with attached(_settings(data)) as stack, conversation(stack) as id:
        chat_in_terminal(partial(stack.say, id))


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="One question.")] = None,
    lang: Annotated[str | None, typer.Option(help="Language the person has chosen.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the whole reply as JSON.")] = False,
    file: Annotated[Path | None, typer.Option(help="Questions, tab-separated, with a column text.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the replies to --file go, as JSON lines.")] = None,
    data: Data = None,
) -> None:
    """Ask one question or a file of questions through the whole bot."""
    if (text is None) == (file is None) or (file is None) != (out is None):
        raise typer.BadParameter("give either a question, or --file with --out")
    if lang and lang not in languages():
        raise typer.BadParameter(f"--lang is one of {', '.join(languages())}; got {lang}")
    with attached(_settings(data)) as stack:
        if file and out:
            console.print(f"{ask_file(stack, file, out)} replies in {out}")
        else:
            spoken = ask_one(stack, well_formed(text or ""), lang)
            print(as_json(spoken) if json else spoken.reply)


@app.command("evaluate")
def evaluate_file(
    file: Annotated[Path, typer.Argument(help="Questions, tab-separated: lang, text, expect, facts.")],
    replies: Annotated[Path | None, typer.Option(help="Replies that ask --file wrote; else ask now.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where the HTML report goes.")] = None,
    data: Data = None,
) -> None:
    """Measure how well the whole bot answers a file of questions, and write a report with pictures."""
    settings, questions = _settings(data), read_questions(file)
    if replies:
        given = read_replies(replies)
    else:
        with attached(settings) as stack:
            given = [as_given(reply) for reply in ask_all(stack, (item.text for item in questions))]
    evaluate(questions, given, report or settings.data / "evaluation.html")


@app.command()
def train(data: Data = None) -> None:
    """Train Rasa where the data has changed. `run` does the same when it is needed."""
    settings = _settings(data)
    with attached(settings):
        running, model = read_running(settings.data), model_path(settings.encoder)
        if running and not model.exists():
            with step("Training Rasa"):
                train_model(
                    model, running.internal_url, running.secret, settings.data / "logs" / "training.log"
                )
            console.print("Restart merhaba run to use the new model.")
    console.print("The model is up to date.")


@app.command()
def tickets(data: Data = None) -> None:
    """List the people who asked to talk to a person."""
    asyncio.run(_list_tickets(_settings(data)))


@kb.command("check")
def kb_check() -> None:
    """Check the content files; exit with 1 where something is wrong."""
    content, directory = load_content(), load_directory()
    problems = check(content)
    for problem in problems:
        print(problem)
    for value in overdue(content, datetime.now(UTC).date()):
        print(f"note: {value} is due for review")
    print(
        f"{len(content.facts)} facts in {len(content.entries)} entries, {len(content.values)} values, "
        f"{len(directory.points)} places, {len(problems)} problems"
    )
    raise typer.Exit(1 if problems else 0)


@kb.command("reload")
def kb_reload(data: Data = None) -> None:
    """Let the running service take over changed content files, without a restart."""
    running = read_running(_settings(data).data)
    if running is None or not is_alive(running):
        print("Nothing runs on this data directory; the next start reads the files.")
        return
    print(f"{Stack(running).reload()} entries are searchable now.")


async def _list_tickets(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    storage = Storage(settings.record_url())
    await storage.migrate()
    found = await Tickets(storage).open_tickets()
    for ticket, heard in found:
        when = ticket.created_at.strftime("%Y-%m-%d %H:%M")
        left = time_to_write(ticket.conversation_id, heard, now())
        print(
            f"{ticket.id}\t{when} UTC\t{ticket.language}\t{ticket.reason}\t{ticket.conversation_id}\t{left}"
        )
    if not found:
        print("No open tickets.")
    await storage.close()


def _settings(data: Path | None, port: int | None = None) -> Settings:
    chosen = {"data": data.resolve() if data else None, "port": port}
    return Settings().model_copy(update={name: value for name, value in chosen.items() if value is not None})


def main() -> None:
    """Entry point. Expected failures are one clear line, without a traceback."""
    try:
        app()
    except EXPECTED as error:
        words = str(error) or f"no answer in time ({type(error).__name__})"
        console.print(f"merhaba: {words}", style="bold", markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
