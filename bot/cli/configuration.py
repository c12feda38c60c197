"""Looking at the configuration: is it good, and what would it do with a complaint?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import terminal
from bot.cli.explanation import lines
from bot.cli.opening import existing
from bot.cli.options import AsJson, At, Workspace, moment_of, person_of
from bot.clock import SystemClock
from bot.configuration import Loaded, schema
from bot.explaining import as_record
from bot.explaining import explain as explained
from bot.organisations import file_of, read_all
from bot.settings import Settings, read_settings
from complaints.assignment import Assignment, Load, assign
from complaints.conditions import Facts
from complaints.errors import DatabaseError
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.words import storable
from handlers.capture import assign_within
from handlers.context import Context
from handlers.learning import expected
from storage import database


def check(
    file: Annotated[
        Path | None, typer.Argument(help="The file, or a folder of several; default: GOLDDUST_CONFIG or golddust.yml.")
    ] = None,
    print_schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the file, for editors, and check nothing.")
    ] = False,
) -> None:
    """Say whether the configuration file is good, or line by line what is wrong with it."""
    if print_schema:
        terminal.dump(schema())
        return
    for found in read_all(file or read_settings().config):
        terminal.say(summary(found.path, found.loaded))


def summary(path: Path, loaded: Loaded) -> str:
    """One line about a good file: “golddust.yml is good: 11 people, 7 teams, 9 routes, version 0123456789ab”."""
    organisation = loaded.organisation
    sizes = [
        terminal.counted(len(organisation.people), "person", "people"),
        terminal.counted(len(organisation.teams), "team"),
        terminal.counted(len(organisation.routes), "route"),
    ]
    return f"{path} is good: {', '.join(sizes)}, version {loaded.version}"


def explain(
    text: Annotated[str, typer.Argument(help="What the customer complained about, in quotation marks.")],
    channel: Annotated[str | None, typer.Option(help="The channel that it is said in, by id or name.")] = None,
    reporter: Annotated[str | None, typer.Option(help="Who says it: a person’s key, name, e-mail or Slack id.")] = None,
    at: At = None,
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Show who would get a complaint and why, with every rule that was tried; nothing is saved or sent."""
    if not text.strip():
        raise typer.BadParameter("it is blank; say what the customer complained about", param_hint="TEXT")
    settings = read_settings()
    loaded = file_of(settings.config, workspace).loaded
    organisation = loaded.organisation
    moment = moment_of(at, SystemClock().now())
    facts = Facts(
        text=storable(text),
        channels=(channel,) if channel else (),
        reporter_teams=organisation.teams_of(person_of(organisation, reporter, "--reporter")) if reporter else (),
    )
    with _context(settings, loaded, moment) as context:
        explanation = explained(organisation, facts, moment, lambda team: _assign(organisation, context, team, moment))
        known, routing = context is not None, explanation.routing
        usually = expected(context, routing.team, routing.category) if context is not None else ""
    if json:
        terminal.dump(as_record(explanation, load_known=known, usually=usually))
    else:
        for line in lines(organisation, explanation, load_known=known, usually=usually):
            terminal.say(line)


@contextmanager
def _context(settings: Settings, loaded: Loaded, at: datetime) -> Iterator[Context | None]:
    """The database where there is one to ask; without it the rules can still be explained."""
    try:
        engine = existing(settings)
    except DatabaseError:
        yield None
        return
    with database.reading(engine)() as session:
        yield Context(session, loaded.organisation, loaded.version, loaded.document, at)
    engine.dispose()


def _assign(organisation: Organisation, context: Context | None, team: str, at: datetime) -> Assignment:
    return assign_within(context, team) if context else assign(Presence(organisation), team, Load({}), at)
