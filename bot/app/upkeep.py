"""Commands for those who run the service: messages that were set aside, deliveries, and keys."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bot.app.attach import Stack
from bot.app.progress import console
from bot.app.running import is_alive, read_running
from bot.base.key_rotation import rotate
from bot.base.secrets_file import KEYS, NAME
from bot.base.settings import Settings

quarantine = typer.Typer(no_args_is_help=True, help="Messages that could not be answered or sent.")
keys = typer.Typer(no_args_is_help=True, help="The keys that seal what people say.")

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the record and the streams.")]
Failed = Annotated[bool, typer.Option("--failed/--all", help="Only what failed, or everything.")]
Limit = Annotated[int, typer.Option(help="How many at most.", min=1, max=100_000)]
Entry = Annotated[str, typer.Argument(help="Number of the entry, as `quarantine list` prints it.")]


@quarantine.command("list")
def list_entries(data: Data = None) -> None:
    """List what was set aside, oldest first. Shows no content."""
    found = _stack(data).quarantine()
    for entry in found:
        print(
            f"{entry['id']}\t{entry['at']}\t{entry['stream']}\t{entry['reason']}\t{entry['conversation_id']}"
        )
    if not found:
        print("Nothing is in quarantine.")


@quarantine.command("replay")
def replay(entry: Entry, data: Data = None) -> None:
    """Try an entry again, at the end of its conversation."""
    if not _stack(data).replay(entry):
        raise typer.BadParameter(f"expected an entry of `merhaba quarantine list`, got {entry}")
    print("The entry is tried again.")


@quarantine.command("drop")
def drop(entry: Entry, data: Data = None) -> None:
    """Delete an entry for good."""
    typer.confirm("Delete this message? Nobody will be able to answer it.", abort=True)
    if not _stack(data).drop(entry):
        raise typer.BadParameter(f"expected an entry of `merhaba quarantine list`, got {entry}")
    print("Deleted.")


def list_deliveries(failed: Failed = True, limit: Limit = 100, data: Data = None) -> None:
    """List what became of replies at Telegram and WhatsApp, newest first. Shows no content.

    Columns: conversation, number of the reply, state, the platform's code, when."""
    found = _stack(data).deliveries(limit, failed_only=failed)
    for one in found:
        words = (one[name] for name in ("conversation_id", "message", "state", "error", "at"))
        print(*("-" if word is None else word for word in words), sep="\t")
    if not found:
        print("No delivery has failed." if failed else "Nothing was delivered yet.")
    if len(found) == limit:
        console.print(f"There may be more than {limit}: --limit N")


@keys.command("rotate")
def rotate_keys(data: Data = None) -> None:
    """Wrap all conversation keys with a new key and drop the old ones. The service may run meanwhile."""
    settings = Settings()
    folder = data or settings.data
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Wrapping keys")
        done = rotate(
            settings.secrets_file or folder / NAME,
            folder / KEYS,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    print(f"{done.rewrapped} keys are wrapped with the new key.")
    for path in done.unreadable:
        print(f"cannot be opened, left as it is: {path}")
    if done.unreadable:
        print("The old keys are kept, because they may belong to these files.")
        raise typer.Exit(1)


def _stack(data: Path | None) -> Stack:
    running = read_running(data or Settings().data)
    if running is None or not is_alive(running):
        raise typer.BadParameter("expected a running service on this data directory; start it: merhaba run")
    return Stack(running)
