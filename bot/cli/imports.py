"""Bringing in complaints from another tool or a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TextIO
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine

from bot import terminal
from bot.cli.intake import tell
from bot.cli.opening import existing, missing_file, revision_of, upgraded
from bot.cli.options import AsJson, Workspace
from bot.clock import SystemClock
from bot.columns import ALIASES, Columns, Reader
from bot.dates import Dates
from bot.identities import Identities
from bot.importing import must_be_utf8, opened
from bot.intake import Intake
from bot.organisations import file_of
from bot.settings import Settings, read_settings
from storage import database


def import_file(
    file: Annotated[Path, typer.Argument(help="The file: CSV or JSON Lines, either gzipped, in UTF-8.")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field.")
    ] = None,
    source: Annotated[str, typer.Option(help="The name of the tool or list that the file comes from.")] = "import",
    date_format: Annotated[
        str | None, typer.Option(help="dmy (31/12/2025), mdy (12/31/2025), or a pattern such as '%d.%m.%y'.")
    ] = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="All of it is history: every ticket comes in closed.")
    ] = False,
    notify: Annotated[bool, typer.Option("--notify", help="Send cards and receipts, as for new complaints.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; save nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write every refused line, with its reason, to this CSV.")] = None,
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Bring in complaints from another tool or a spreadsheet, each routed to its owner by your rules.

    Columns are found by name: words (or text, complaint, description, …), id, captured_at (or date, opened, …),
    closed_at, customer, reporter, team, severity, category; --map words=COLUMN says it, --map id= ignores one. The
    words are kept byte for byte, apart from what is masked. Every line becomes a ticket or is refused with its line
    number and the reason (then the exit code is 1); blank lines are skipped.

    Safe to run again, whatever --map says: a line of the same --source with an id or a whole content that was imported
    before changes nothing. The
    old date is kept, a day without its hour as noon; a time without an offset is the organisation's. Clocks start now,
    so nobody is nudged for the past; rows with closed_at come in closed. Nobody is written to without --notify.
    """
    given, origin = _given(mapping or []), _source(source)
    settings = read_settings()
    loaded = file_of(settings.config, workspace).loaded
    dates = _dates(loaded.organisation.organisation.time_zone, date_format)
    reader = Reader(Columns(given), dates, Identities(), closed)
    must_be_utf8(file)
    with opened(file, reader.columns.knows) as records, ExitStack() as leaving:
        if records.headings is not None:
            reader.columns.must_hold_words(records.headings)
        refusals = leaving.enter_context(_report(report, file)) if report else None
        engine = leaving.enter_context(_database(settings, dry_run))
        sessions, now = database.sessions(engine), SystemClock().now()
        intake = Intake(sessions, loaded, reader, origin, now, notify, dry_run)
        try:
            with terminal.progress(file.name, records.size) as progress:
                intake.run(records, progress)
        finally:
            tell(file, intake, refusals, json=json)
    if intake.report.refusals:
        raise typer.Exit(1)


def _report(path: Path, file: Path) -> TextIO:
    """The file for the refused lines, opened before anything is saved; raises BadParameter or OSError."""
    if path.exists() and path.samefile(file):
        raise typer.BadParameter(f"{path} is the file that is imported; name another", param_hint="--report")
    return path.open("w", encoding="utf-8", newline="")


def _given(mapping: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for one in mapping:
        name, found, column = one.partition("=")
        if not found or name not in ALIASES:
            raise typer.BadParameter(f"“{one}”; write FIELD=COLUMN, FIELD is {', '.join(ALIASES)}", param_hint="--map")
        given[name] = column
    return given


def _source(name: str) -> str:
    if not (0 < len(name) <= 64 and all(c.isalnum() or c in "_.-" for c in name)):
        raise typer.BadParameter(f"“{name}”; use up to 64 letters, digits and _ . -", param_hint="--source")
    return name


def _dates(zone: str, form: str | None) -> Dates:
    if form is not None and form not in {"dmy", "mdy"} and "%" not in form:
        raise typer.BadParameter(f"“{form}”; use dmy, mdy or a pattern such as '%d.%m.%Y'", param_hint="--date-format")
    return Dates(ZoneInfo(zone), form)


@contextmanager
def _database(settings: Settings, dry_run: bool) -> Iterator[Engine]:
    """The database to import into; for a dry run an empty one that is thrown away where there is none yet."""
    with ExitStack() as leaving:
        if not dry_run:
            engine = upgraded(settings)
        elif _is_there(settings):
            engine = existing(settings)
        else:
            folder = leaving.enter_context(TemporaryDirectory(prefix="golddust-"))
            engine = database.open_engine(f"sqlite:///{folder}/empty.db")
            database.upgrade(engine)
        leaving.callback(engine.dispose)
        yield engine


def _is_there(settings: Settings) -> bool:
    engine = database.open_engine(settings.database_url.get_secret_value())
    there = missing_file(engine) is None and revision_of(engine) is not None
    engine.dispose()
    return there
