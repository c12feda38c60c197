"""Looking at what is kept while the database is away, and deciding about what could not be dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bot import terminal
from bot.cli.options import AsJson
from bot.settings import read_settings
from bot.spool import FILE, Entry, Spool, open_spool
from complaints.errors import BadInput, ConfigurationError

app = typer.Typer(help="Show what is kept while the database is away, and decide about what could not be dealt with.")

Number = Annotated[int, typer.Argument(metavar="ID", help="The id of a poisoned entry.")]


@app.callback()
def _spool() -> None:
    """Show what is kept while the database is away, and decide about what could not be dealt with."""


@app.command("list")
def show(json: AsJson = False) -> None:
    """Show what waits and what is poisoned, oldest first, without anybody's words.

    Waiting: it is dealt with as soon as the database is back. Poisoned: it failed three times for a reason of its own,
    and waits for `golddust spool retry` or `golddust spool drop`.
    """
    with _opened() as spool:
        entries = spool.listed()
    if json:
        terminal.dump([_record(entry) for entry in entries])
        return
    if entries:
        rows = [
            (str(one.id), _state(one), terminal.visible(one.kind), one.lane, f"{one.arrived:%Y-%m-%d %H:%M:%S}",
             str(one.tries), terminal.visible(one.problem))
            for one in entries
        ]  # fmt: skip
        terminal.tabulate(("id", "state", "kind", "organisation", "came (UTC)", "tries", "why"), rows)
        terminal.say()
    poisoned = sum(entry.poisoned for entry in entries)
    terminal.say(f"in all: {len(entries) - poisoned:,} waiting, {poisoned:,} poisoned")


@app.command("retry")
def retry(number: Number) -> None:
    """Let a poisoned entry be tried again from the start, by the Golddust that runs."""
    with _opened() as spool:
        if not spool.retry(number):
            raise _unknown(number)
    terminal.say(f"entry {number} will be tried again")


@app.command("drop")
def drop(number: Number) -> None:
    """Drop a poisoned entry for good; nobody is told."""
    with _opened() as spool:
        poisoned = any(entry.id == number and entry.poisoned for entry in spool.listed())
        if not poisoned or not spool.remove(number):
            raise _unknown(number)
    terminal.say(f"entry {number} is dropped")


@contextmanager
def _opened() -> Iterator[Spool]:
    folder = read_settings().spool
    if folder is None:
        raise ConfigurationError(problems="GOLDDUST_SPOOL is not set, so nothing is kept; docs/operators.md says more")
    if not (folder / FILE).exists():
        raise ConfigurationError(problems=f"GOLDDUST_SPOOL: there is no spool in {folder}; `golddust run` makes it")
    spool = open_spool(folder)
    try:
        yield spool
    finally:
        spool.close()


def _unknown(number: int) -> BadInput:
    return BadInput(field="ID", reason=f"no poisoned entry has the id {number}; `golddust spool list` shows them")


def _state(entry: Entry) -> str:
    return "poisoned" if entry.poisoned else "waiting"


def _record(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id, "state": _state(entry), "kind": entry.kind, "lane": entry.lane,
        "came_at": entry.arrived.isoformat().replace("+00:00", "Z"), "tries": entry.tries, "why": entry.problem,
    }  # fmt: skip
