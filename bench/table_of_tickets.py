"""Tables full of open tickets, for benchmarks: some are lived through the real lifecycle, the rest are their copies."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Table, insert, literal, select, text
from sqlalchemy.orm import Session

from complaints import lifecycle, policy
from complaints.assignment import Assignment
from complaints.lifecycle import Event
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.routing import Routing
from complaints.severity import Severity
from complaints.ticket import Source, Ticket
from storage import tables, tickets, timeline

NOW: Final = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
"""A Wednesday at half past nine in London, when the bundles of the day go out."""
IN_A_TEAM: Final = 10
_COPIED: Final = 10_000
Item = TypeVar("Item")
_SAID: Final = {True: (timedelta(days=1, hours=20, minutes=30), 4 * 3600), False: (timedelta(days=1), 3600)}
"""How long before NOW a ticket was said at the latest, and over how many seconds before that they are spread."""


def document(people: int) -> str:
    """A golddust.yml (as JSON, which is YAML too) of so many owners in teams of ten, all in London."""
    owners = [f"owner-{number}" for number in range(people)]
    listed = {
        owner: {"name": owner.title(), "email": f"{owner}@bank.example", "manager": "head", "deputy": deputy}
        for owner, deputy in zip(owners, [*owners[1:], owners[0]], strict=True)
    }
    teams = {
        f"team-{place}": {"name": f"Team {place}", "lead": members[0], "members": members, "channel": f"C0TEAM{place}"}
        for place, members in enumerate(_chunks(owners, IN_A_TEAM))
    }
    return json.dumps({
        "organisation": {"name": "Harbour Bank", "time_zone": "Europe/London", "admins": ["head"],
                         "triage": "team-0", "calendar": "office"},
        "people": {"head": {"name": "Head", "email": "head@bank.example"}, **listed},
        "teams": teams,
        "calendars": {"office": {"hours": {"mon-fri": "09:00-17:30"}, "holidays": "GB-ENG"}},
    })  # fmt: skip


def lived(organisation: Organisation, count: int, *, due: bool) -> Iterator[Ticket]:
    """So many acknowledged tickets, each said at its own moment: half of their time is over at NOW, or it lies ahead.

    With `due` the reminder of each waits for the bundle that goes out at NOW; otherwise nothing is due before the
    next day.
    """
    chance = random.Random(7)  # noqa: S311 - a benchmark
    presence = Presence(organisation)
    owners = [(team, member) for team, listed in organisation.teams.items() for member in listed.members]
    for number, (team, owner) in zip(range(1, count + 1), itertools.cycle(owners), strict=False):
        latest, spread = _SAID[due]
        yield _lived(number, team, owner, NOW - latest - timedelta(seconds=chance.randrange(spread)), presence)


def fill(engine: Engine, organisation: Organisation, count: int, *, due: bool) -> None:
    """So many tickets with their timelines: the first 10,000 are lived, the rest are copies of those."""
    workspace, first = organisation.workspace, min(count, _COPIED)
    with Session(engine) as session, session.begin():
        for some in _chunks(list(lived(organisation, first, due=due)), 1000):
            told = timeline.begun(workspace, {one.number: _history(one) for one in some})
            tickets.add_all(session, workspace, some, told.heads)
            timeline.write(session, told)
    there = first
    while there < count:
        more = min(there, count - there)
        with engine.begin() as connection:
            _copy(connection, tables.tickets, "number", there, more)
            _copy(connection, tables.timeline, "ticket", there, more)
        there += more
    with engine.begin() as connection:
        connection.execute(insert(tables.counters), {"workspace": workspace, "name": "ticket", "value": count})
        connection.execute(text("ANALYZE"))


def _lived(number: int, team: str, owner: str, said: datetime, presence: Presence) -> Ticket:
    source = Source("slack", "T0BANK001", f"D0{owner}", f"{number}.000100")
    change = lifecycle.captured(
        number, f"Mrs Miller paid twice and is cross about it, number {number}", source, "head", said,
        Routing(team, None, Severity.NORMAL, None, (), (), "no rule matched"),
        Assignment(owner, f"it is {owner}’s turn"), presence, version="benchmark",
    )  # fmt: skip
    seen = lifecycle.acknowledge(change.ticket, owner, said + timedelta(minutes=5), presence)
    # What its owner did last is too long ago to keep a reminder back.
    quiet = replace(seen.ticket, acted_at=None, version=2)
    return policy.scheduled(quiet, presence, said + timedelta(minutes=5))


def _history(ticket: Ticket) -> list[Event]:
    said = Event("captured", ticket.reporter, ticket.captured_at, {"words": ticket.verbatim, "team": ticket.team})
    return [said, Event("acknowledged", ticket.holder, ticket.acknowledged_at or ticket.captured_at)]


def _copy(connection: Connection, table: Table, number: str, offset: int, count: int) -> None:
    """Copy the rows of the first `count` tickets under numbers that are `offset` higher."""
    names = [column.name for column in table.columns]
    told = [
        (column + literal(offset)).label(number) if column.name == number else _apart(column, offset)
        for column in table.columns
    ]
    connection.execute(insert(table).from_select(names, select(*told).where(table.c[number] <= count)))


def _apart(column: Any, offset: int) -> Any:
    return column.concat(f"+{offset}").label(column.name) if column.name == "source_message" else column


def _chunks(items: list[Item], size: int) -> list[list[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
