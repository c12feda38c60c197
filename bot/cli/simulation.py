"""The time machine: recorded history under another file (rule 13). It never sends anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot import terminal
from bot.cli.opening import reading
from bot.cli.options import AsJson, Workspace, length_of, moment_of
from bot.configuration import Loaded, read
from bot.organisations import file_of
from bot.settings import read_settings
from bot.simulation import history, report
from bot.simulation.figures import Difference, differences, figures
from bot.simulation.history import History
from bot.simulation.pair import both
from bot.simulation.report import Column
from complaints.cases import Window
from handlers.context import Context
from handlers.viewing import name_of

DEFAULT = "30d"
WIDEST = 58
"""Characters of who is nudged about a ticket, so that a line has at most 100 columns."""


def simulate(
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help="The other file.")],
    since: Annotated[str | None, typer.Option(help=f"How far back: 30d, 12w. Default: {DEFAULT}.")] = None,
    begin: Annotated[str | None, typer.Option("--from", metavar="TIME", help="From this day or moment on.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Until then. Default: now.")] = None,
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Replay recorded history under another file, and show side by side what would have been sent; nothing is sent.

    People act when they acted, whatever they are sent. Where a ticket would have been with somebody else, that person
    makes the moves of its owner. Both columns are simulated, today's file too.
    """
    other = read(config)
    names = _names(file_of(read_settings().config, workspace).path, config)
    with reading(workspace) as context:
        window = _window(context, since, begin, end)
        past = history.read(context, window.start, window.end)
        today = Loaded(context.organisation, context.version, context.document)
    if not past.tickets:
        raise typer.BadParameter("no ticket was open or captured in that time", param_hint=_hint(since, begin))
    columns, differ = _simulated(today, other, past, names)
    if json:
        terminal.dump(report.record(window.start, window.end, past.tickets, columns, differ))
        return
    with reading(workspace) as context:
        _tell(context, past, columns, differ)


def _simulated(
    today: Loaded, other: Loaded, past: History, names: tuple[str, str]
) -> tuple[list[Column], list[Difference]]:
    window = Window(past.start, past.end)
    with terminal.progress("replaying", 2 * len(past.moves)) as told:
        outcomes = both(today, other, past, told)
    versions = (today.version, other.version)
    columns = [
        Column(name, version, outcome, figures(outcome, window))
        for name, version, outcome in zip(names, versions, outcomes, strict=True)
    ]
    return columns, differences(*outcomes, window)


def _window(context: Context, since: str | None, begin: str | None, end: str | None) -> Window:
    if since is not None and (begin is not None or end is not None):
        raise typer.BadParameter("give either --since, or --from and --to", param_hint="--since")
    if begin is None and end is not None:
        raise typer.BadParameter("say from when too: --from TIME", param_hint="--to")
    zone = ZoneInfo(context.organisation.organisation.time_zone)
    until = _moment(end, context.at, zone, "--to")
    start = _moment(begin, context.at, zone, "--from") if begin else context.at - length_of(since or DEFAULT)
    if until > context.at:
        raise typer.BadParameter("that is still to come; history ends now", param_hint="--to")
    if start >= until:
        raise typer.BadParameter("there is no time between --from and --to", param_hint="--from")
    return Window(start, until)


def _moment(text: str | None, now: datetime, zone: ZoneInfo, option: str) -> datetime:
    """The moment, or the beginning of the day in the organisation's time zone."""
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat((text or "").strip()), time(), zone).astimezone(UTC)
    return moment_of(text, now, option)


def _hint(since: str | None, begin: str | None) -> str:
    return "--from" if begin else "--since" if since else f"--since {DEFAULT}"


def _names(today: Path, other: Path) -> tuple[str, str]:
    """The files' names; where they are the same, as they were given."""
    return (today.name, other.name) if today.name != other.name else (str(today), str(other))


def _tell(context: Context, past: History, columns: list[Column], differ: list[Difference]) -> None:
    today, other = columns
    zone = ZoneInfo(context.organisation.organisation.time_zone)
    show = partial(terminal.moment, zone=zone, now=context.at)
    terminal.say(terminal.visible(report.verdict(today.figures, other.figures, other.name)))
    tickets = terminal.counted(past.tickets, "ticket")
    terminal.say(f"{show(past.start)} to {show(past.end)} ({zone}), {tickets}")
    terminal.say("both columns are simulated: people act when they acted; nothing was sent or changed")
    terminal.say()
    headings = ("", *(terminal.clipped(column.name, 20) for column in columns))
    terminal.tabulate(headings, report.rows(today.figures, other.figures))
    terminal.say()
    _tell_tickets(context, differ)
    for column in columns:
        for line in _remarks(column):
            terminal.say(terminal.visible(line))


def _tell_tickets(context: Context, differ: list[Difference]) -> None:
    if not differ:
        terminal.say("no ticket would have been nudged about differently")
        return

    name = partial(name_of, context)
    rows = [[terminal.clipped(cell, WIDEST) for cell in report.difference(one, name)] for one in differ[: report.SHOWN]]
    terminal.tabulate(("ticket", "nudges", "first nudge", "who is nudged"), rows)
    if len(differ) > len(rows):
        terminal.say(f"… and {len(differ) - len(rows):,} more tickets differ")
    terminal.say()


def _remarks(column: Column) -> Iterator[str]:
    outcome = column.outcome
    if outcome.stood_in:
        moves = terminal.counted(outcome.stood_in, "recorded move was", "recorded moves were")
        yield f"{moves} made by whoever owns the ticket under {column.name}: people act when they acted"
    if not outcome.misfits:
        return
    yield f"{terminal.counted(len(outcome.misfits), 'recorded move')} made no sense under {column.name}:"
    for one in outcome.misfits[: report.SHOWN]:
        about = f"C-{one.ticket} " if one.ticket else ""
        yield terminal.clipped(f"  {about}{one.move}: {one.why}", 100)
    if len(outcome.misfits) > report.SHOWN:
        yield f"  … and {len(outcome.misfits) - report.SHOWN:,} more; --json has them all"
