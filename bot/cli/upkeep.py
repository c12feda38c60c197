"""Keeping an installation healthy: what is wrong with it, and bringing its database up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from bot import doctor as findings
from bot import terminal
from bot.cli.opening import NOTHING_YET, context_of, missing_file, revision_of, upgraded
from bot.cli.options import AsJson
from bot.clock import SystemClock
from bot.configuration import Loaded
from bot.doctor import Finding, problem
from bot.settings import Settings, mistaken_tokens, read_settings
from bot.slack.settings import read_oauth
from bot.teams.settings import read_teams_settings
from complaints.errors import ConfigurationError, DatabaseError
from storage import database
from storage.backups import back_up
from storage.links import link_all

database_app = typer.Typer(help="Look after the database.", no_args_is_help=False)


def doctor(json: AsJson = False) -> None:
    """Look at the whole set-up and say what is wrong with it, and what to do; exit code 1 when something is.

    It looks at the file, the database, the Slack token and its scopes against manifest.yml, the bot's credentials for
    Microsoft Teams, the channels, the clock, and at work that lies about.
    """
    settings = read_settings()
    found = list(_findings(settings))
    problems = [finding for finding in found if not finding.ok]
    if json:
        terminal.dump([asdict(finding) for finding in found])
    else:
        for finding in found:
            terminal.say(
                terminal.visible(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.about}: {finding.found}")
            )
            if finding.do:
                terminal.say(terminal.visible(f"         → {finding.do}"))
        terminal.say(f"{terminal.counted(len(problems), 'problem')} found" if problems else "everything is in order")
    if problems:
        raise typer.Exit(1)


@database_app.command("upgrade")
def upgrade() -> None:
    """Create the database, or bring it to what this version of Golddust needs; nothing is lost."""
    settings = read_settings()
    engine = database.open_engine(settings.database_url.get_secret_value())
    before = None if missing_file(engine) else revision_of(engine)
    engine.dispose()
    engine = upgraded(settings)
    link_all(engine)  # also where only an older replica went on writing beside a newer one
    where, after = database.address(engine), revision_of(engine)
    engine.dispose()
    if before == after:
        terminal.say(f"{where} is at {after} already")
    else:
        terminal.say(f"{where}: from {before or 'nothing'} to {after}")


@database_app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; one that exists is never overwritten.")],
) -> None:
    """Copy the whole SQLite database into a new file, also while Golddust runs; nothing has to stop.

    For PostgreSQL it names the command of PostgreSQL's own that does it, and exits with code 2.
    """
    engine = database.open_engine(read_settings().database_url.get_secret_value())
    if missing := missing_file(engine):
        raise DatabaseError(reason=NOTHING_YET.format(place=missing))
    back_up(engine, file)
    engine.dispose()
    terminal.say(f"{database.address(engine)} is in {file}")


@database_app.callback()
def _database() -> None:
    """Look after the database."""


def _findings(settings: Settings) -> Iterator[Finding]:
    files = list(findings.configurations(settings.config))
    yield from (about for about, _ in files)
    good_ones = [loaded for _, loaded in files if loaded is not None]
    engine = database.open_engine(settings.database_url.get_secret_value())
    about_database = list(findings.stored(engine, missing_file(engine)))
    yield from about_database
    if about_database[-1].ok:
        yield from findings.clocks(engine, SystemClock().now())
    if settings.spool is not None:
        yield findings.spooled(settings.spool)
    for loaded in good_ones:
        yield from _named(loaded, len(files), findings.channels_named(loaded))
        if about_database[-1].ok:
            yield from _named(loaded, len(files), _work(engine, loaded))
    in_teams = list(_teams(settings, engine, good_ones if about_database[-1].ok else []))
    if settings.slack_bot_token is not None or settings.slack_client_id is not None or not in_teams:
        for here in _in_slack(good_ones) or [None]:
            found = _slack(settings, here, engine, readable=about_database[-1].ok)
            yield from _named(here, len(files), found)
    engine.dispose()
    yield from in_teams
    yield _sign_in(settings)


def _sign_in(settings: Settings) -> Finding:
    """Whether managers can sign in to the register; whoever does without it has no problem."""
    # Loaded late, so that the other commands start faster.
    from bot.signin.settings import read_sign_in

    try:
        read = read_sign_in(settings, read_teams_settings(settings.host))
    except ConfigurationError as error:
        found = f"the register is not served: {error}"
        if settings.public_url is None:
            return findings.good("register", found)
        return problem("register", found, "docs/operators.md, “Signing in to the register”, shows what to set")
    redirects = ", ".join(read.redirect_url(one.name) for one in read.providers)
    return findings.good("register", f"{read.public_url}/register; its redirect URLs: {redirects}")


def _named(loaded: Loaded | None, count: int, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with the organisation’s key where there are several."""
    whose = f"{loaded.organisation.workspace}: " if loaded is not None and count > 1 else ""
    for one in found:
        yield replace(one, about=whose + one.about)


def _in_slack(files: Sequence[Loaded]) -> list[Loaded | None]:
    """The organisations that are in Slack: those that name a workspace, and one that is alone."""
    return [one for one in files if len(files) == 1 or one.organisation.organisation.slack_workspaces]


def _work(engine: Engine, loaded: Loaded) -> list[Finding]:
    with database.reading(engine)() as session:
        return list(findings.work(context_of(session, loaded)))


def _slack(settings: Settings, loaded: Loaded | None, engine: Engine, *, readable: bool) -> Iterator[Finding]:
    try:
        installed = read_oauth(settings) is not None
    except ConfigurationError as error:
        yield problem("Slack settings", str(error), "docs/slack.md shows what to set")
        return
    if settings.slack_bot_token is None and not installed:
        yield problem("Slack token", "SLACK_BOT_TOKEN is not set, so nobody can be reached", "docs/slack.md shows how")
        return
    mistaken = mistaken_tokens(settings)
    if mistaken:
        for one in mistaken:
            found, _, do = one.partition("; ")
            yield problem("Slack token", found, do)
        return
    listening = findings.listening(settings)
    if listening is not None:
        yield listening
    # Loaded late, so that the other commands start faster.
    from bot.slack.access import access
    from bot.slackcheck import examine, manifest_scopes

    if installed and not readable:
        return  # the tokens are in the database, of which enough has been said
    way = access(settings, engine, SystemClock())
    ids = loaded.organisation.organisation.slack_workspaces if loaded else ()
    asked = way.client_of(lambda: ids, alone=len(list(settings.config.glob("*.yml"))) < 2)
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else None
    organisation = loaded.organisation if loaded else None
    yield from asyncio.run(examine(asked, app_token, organisation, manifest_scopes(), SystemClock().now()))


def _teams(settings: Settings, engine: Engine, files: Sequence[Loaded]) -> Iterator[Finding]:
    """What is found of Microsoft Teams; nothing where it is not set up."""
    try:
        for_teams = read_teams_settings(settings.host)
    except ConfigurationError as error:
        yield problem("Teams settings", str(error), "docs/teams.md, step 4, shows what to set")
        return
    if for_teams is None:
        return
    # Loaded late, so that the other commands start faster.
    from bot import teamscheck

    yield from asyncio.run(teamscheck.examine(for_teams, SystemClock()))
    for loaded in files:
        with database.reading(engine)() as session:
            yield from _named(loaded, len(files), list(teamscheck.conversations(context_of(session, loaded))))
