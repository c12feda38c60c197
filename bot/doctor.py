"""What is wrong with a set-up, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.configuration import Loaded, read
from bot.organisations import paths, read_all, readable
from bot.settings import Settings
from bot.spool import FILE, open_spool
from complaints.errors import ConfigurationError
from handlers.context import Context
from storage import database, outbox, tickets
from storage.backlog import Backlog, backlog

LATE = timedelta(minutes=5)
"""What is due longer than this has been forgotten: a running Golddust looks every few seconds."""

SKEW = timedelta(seconds=5)
"""How far clocks may be apart; a notice that is claimed is another replica’s after two minutes."""

START = "is `golddust run` alive? Start it, or do one pass with `golddust tick`"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: is it good, what was found, and (for a problem) what to do."""

    about: str
    ok: bool
    found: str
    do: str | None = None


def good(about: str, found: str) -> Finding:
    """Something that is as it should be."""
    return Finding(about, True, found)


def problem(about: str, found: str, do: str) -> Finding:
    """Something that an operator should put right."""
    return Finding(about, False, found, do)


def configurations(config: Path) -> Iterator[tuple[Finding, Loaded | None]]:
    """The same for the file, or for each of the folder and for what they have in common."""
    try:
        for path in paths(config):
            yield configuration(path)
        if config.is_dir() and not readable(config)[1]:
            read_all(config)
    except ConfigurationError as error:
        show = f"`golddust check {config}` shows every problem"
        yield problem("configuration", str(error).splitlines()[0], show), None


def configuration(path: Path) -> tuple[Finding, Loaded | None]:
    """Whether the file is good, and what it says if it is."""
    try:
        loaded = read(path)
    except ConfigurationError as error:
        lines = str(error).splitlines()
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        return problem("configuration", lines[0] + more, f"`golddust check {path}` shows every problem"), None
    return good("configuration", f"{path} is good, version {loaded.version}"), loaded


def channels_named(loaded: Loaded) -> Iterator[Finding]:
    """The teams whose cards have nowhere to go."""
    for key, team in loaded.organisation.teams.items():
        if team.owns and not team.channel:
            yield problem(
                f"team {key}",
                "it has no channel, so its cards have nowhere to go",
                f"set teams.{key}.channel in the file",
            )


def listening(settings: Settings) -> Finding | None:
    """Whether Slack can reach Golddust, as far as the settings tell; None when an app token has yet to be tried."""
    if settings.slack_app_token is not None:
        return None
    if settings.slack_signing_secret is None:
        return problem(
            "listening",
            "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so Slack can’t reach Golddust",
            "set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP; see docs/slack.md",
        )
    return good("listening", "over HTTP, with a signing secret (POST /slack/events)")


def stored(engine: Engine, missing: Path | None) -> Iterator[Finding]:
    """Whether the database answers and has this version's tables."""
    if missing is not None:
        create = "`golddust run` or `golddust db upgrade` creates it"
        yield problem("database", f"there is no database at {missing} yet", create)
        return
    where = database.address(engine)
    try:
        with engine.execution_options(golddust_reads=True).connect() as connection:
            revision = database.revision(connection)
    except DBAPIError as error:
        reason = database.unreachable(engine, error)
        yield problem("database", reason, "see that it runs, and that GOLDDUST_DATABASE_URL is right")
        return
    if database.newer(revision):
        found = f"{where} answers and is at {revision}, of a newer Golddust than this ({database.head()})"
        yield good("database", found)
        return
    if not database.fits(revision):
        found = f"{where} is at {revision or 'nothing'}, this version needs {database.head()}"
        yield problem("database", found, "run `golddust db upgrade`")
        return
    yield good("database", f"{where} answers and is at {revision}")


def clocks(engine: Engine, now: datetime) -> Iterator[Finding]:
    """Whether this machine and a database on another one agree what time it is; replicas rely on it."""
    theirs = database.clock(engine)
    if theirs is None:
        return
    apart = abs((theirs - now).total_seconds())
    if apart > SKEW.total_seconds():
        found = f"this machine and the database are {apart:.0f} s apart"
        yield problem("clock of the database", found, "keep both to the same time, for instance with chrony")
    else:
        yield good("clock of the database", "it agrees with this machine’s")


def work(context: Context) -> Iterator[Finding]:
    """Whether anything lies about that should have been done: parked notices, forgotten tickets, late nudges."""
    lying = backlog(context.session, context.workspace, context.at)
    yield from _given_up(lying)
    orphans = len(tickets.orphans(context.session, context.workspace, 1000))
    if orphans:
        yield problem(
            "tickets", f"{orphans:,} open without a next nudge", "`golddust tick` repairs them; please report it"
        )
    else:
        yield good("tickets", "every open ticket has its next nudge")
    yield _on_time("nudges", lying.overdue_since, context.at, f" of {lying.overdue:,}")
    yield _on_time("delivery", outbox.next_due_at(context.session, context.workspace), context.at)


def spooled(folder: Path) -> Finding:
    """Whether what comes can be kept in the spool while the database is away, and whether anything is left there."""
    if not (folder / FILE).exists():
        return good("spool", f"{folder}: nothing has been kept there yet")
    try:
        spool = open_spool(folder)
    except ConfigurationError as error:
        return problem("spool", str(error), "see to the folder, then restart")
    waiting, poisoned = spool.waiting().total(), spool.poisoned()
    spool.close()
    if poisoned:
        how = "`golddust spool list` says why; then `golddust spool retry` or `golddust spool drop`"
        return problem("spool", f"{poisoned:,} poisoned: they could not be dealt with; {waiting:,} waiting", how)
    if waiting:
        return problem(
            "spool",
            f"{waiting:,} waiting for the database",
            "see that the database answers, and `golddust run` is alive",
        )
    return good("spool", f"{folder} can be written, and is empty")


def _given_up(lying: Backlog) -> Iterator[Finding]:
    """The notices that are parked, apart from those of which nobody knows whether they have arrived."""
    uncertain, parked = lying.notices.get("uncertain", 0), lying.notices.get("parked", 0)
    if parked:
        how = "`golddust outbox --state parked` says why; then `golddust outbox retry --parked`"
        yield problem("outbox", f"{parked:,} parked: they could not be delivered", how)
    if uncertain:
        how = "`golddust outbox --state uncertain` says whom to ask; then `golddust outbox retry` those that did not"
        yield problem("outbox", f"{uncertain:,} uncertain: nobody knows whether they arrived", how)
    if not parked and not uncertain:
        yield good("outbox", "nothing is parked")


def _on_time(about: str, due: datetime | None, now: datetime, of: str = "") -> Finding:
    if due is not None and now - due > LATE:
        return problem(about, f"the first{of} has been due since {due:%Y-%m-%d %H:%M} UTC", START)
    return good(about, "nothing is late")
