"""Looking at the configuration: is it good, and what would it do with a complaint?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import terminal
from bot.cli.opening import existing
from bot.cli.options import AsJson, At, moment_of, person_of
from bot.clock import SystemClock
from bot.configuration import Loaded, read, schema
from bot.explaining import Explanation, as_record
from bot.explaining import explain as explained
from bot.settings import Settings, read_settings
from complaints.assignment import Assignment, Load, assign
from complaints.conditions import Facts
from complaints.errors import DatabaseError
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.routing import Trial
from complaints.words import storable
from handlers.capture import assign_within
from handlers.context import Context
from storage import database


def check(
    file: Annotated[Path | None, typer.Argument(help="The file; default: GOLDDUST_CONFIG or golddust.yml.")] = None,
    print_schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the file, for editors, and check nothing.")
    ] = False,
) -> None:
    """Say whether the configuration file is good, or line by line what is wrong with it."""
    if print_schema:
        terminal.dump(schema())
        return
    path = file or read_settings().config
    terminal.say(summary(path, read(path)))


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
    reporter: Annotated[str | None, typer.Option(help="Who says it: a person’s key, name or e-mail.")] = None,
    at: At = None,
    json: AsJson = False,
) -> None:
    """Show who would get a complaint and why, with every rule that was tried; nothing is saved or sent."""
    settings = read_settings()
    loaded = read(settings.config)
    organisation = loaded.organisation
    moment = moment_of(at, SystemClock().now())
    facts = Facts(
        text=storable(text),
        channels=(channel,) if channel else (),
        reporter_teams=organisation.teams_of(person_of(organisation, reporter, "--reporter")) if reporter else (),
    )
    with _context(settings, loaded, moment) as context:
        explanation = explained(organisation, facts, moment, lambda team: _assign(organisation, context, team, moment))
    if json:
        terminal.dump(as_record(explanation, load_known=context is not None))
    else:
        _tell(organisation, explanation, load_known=context is not None)


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


def _tell(organisation: Organisation, explanation: Explanation, *, load_known: bool) -> None:
    routing, assignment = explanation.routing, explanation.assignment
    zone = organisation.calendar_of_team(routing.team).zone
    unknown = "" if load_known else " (without a database, so nobody’s present work is known)"
    category = f", category {routing.category}" if routing.category else ""
    customer = [f"Customer  {routing.customer}"] if routing.customer else []
    lines = [
        f"Team      {organisation.name(routing.team)} ({routing.team}){category}: {routing.reason}",
        f"Severity  {routing.severity}: {routing.severity_trials[-1].why}",
        *customer,
        f"Owner     {organisation.name(assignment.owner)} ({assignment.owner}): {assignment.reason}{unknown}",
        f"Look by   {terminal.moment(explanation.look_by, zone)} ({zone})",
    ]
    for line in lines:
        terminal.say(terminal.visible(line))
    _list("Severity rules", routing.severity_trials)
    _list("Routes", routing.trials)
    if explanation.untried:
        terminal.say(f"Not tried, because the first that matches decides: {', '.join(explanation.untried)}")


def _list(title: str, trials: tuple[Trial, ...]) -> None:
    terminal.say()
    rows = [("yes" if t.matched else "no", t.rule, t.leads_to, terminal.clipped(t.why, 300)) for t in trials]
    terminal.tabulate((title, "rule", "leads to", "why"), rows)
