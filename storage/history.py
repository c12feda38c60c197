"""What the past can teach: how long tickets took, and what came of their nudges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from complaints.forecast import Spell
from complaints.lifecycle import GOLDDUST, Event
from complaints.nudged import NUDGES
from complaints.severity import Severity
from complaints.ticket import Clock, CloseReason, Kind, State
from storage.tables import tickets, timeline

IMPORTED = "import"
"""The platform of what another tool knew: how long it took there is not ours to say."""

_UNDONE = (CloseReason.DUPLICATE.value, CloseReason.WITHDRAWN.value, CloseReason.NOT_A_COMPLAINT.value)
TELLING = (*NUDGES, "not reached", "useful")
"""The events of which more than the actor and the moment is looked at."""
_CLOCKS = TypeAdapter(tuple[Clock, ...])


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket that was nudged about, with its events since a moment."""

    ticket: int
    team: str
    severity: Severity
    clocks: tuple[Clock, ...]
    closed_at: datetime | None
    events: tuple[Event, ...] = ()


def spells(session: Session, workspace: str, since: datetime) -> list[Spell]:
    """The tickets captured since a moment that were resolved or still can be, and how long each took."""
    t = tickets.c
    resolved = t.resolved_at.is_not(None) & or_(t.close_reason.is_(None), t.close_reason.not_in(_UNDONE))
    query = select(t.captured_at, t.resolved_at, t.team, t.category).where(
        t.workspace == workspace, t.captured_at >= since, t.source_platform != IMPORTED, t.kind == Kind.COMPLAINT,
        or_(resolved, t.state != State.CLOSED.value),
    )  # fmt: skip
    return [Spell(*row) for row in session.execute(query)]


def nudged(session: Session, workspace: str, since: datetime) -> Iterator[Past]:
    """The tickets that anybody was nudged about since a moment, in the order of their numbers."""
    t = timeline.c
    lately = (t.workspace == workspace) & (t.at >= since)
    numbers = select(t.ticket).where(lately, t.kind.in_(NUDGES))
    telling = t.kind.in_(TELLING)
    # What people wrote is not read, only that they did something.
    full = select(t.ticket, t.position, t.data).where(lately, telling)
    data: dict[tuple[int, int], Any] = {(row.ticket, row.position): row.data for row in session.execute(full)}
    moves = lately & t.ticket.in_(numbers) & or_(telling, t.actor != GOLDDUST)
    query = select(t.ticket, t.position, t.at, t.actor, t.kind).where(moves).order_by(t.ticket, t.position)
    rows = session.execute(query).all()
    facts = _facts(session, tickets.c.workspace == workspace, tickets.c.number.in_(numbers))
    for number, several in groupby(rows, key=lambda row: int(row.ticket)):
        events = (Event(row.kind, row.actor, row.at, data.get((number, row.position), {})) for row in several)
        yield replace(facts[number], events=tuple(events))


def _facts(session: Session, *where: ColumnElement[bool]) -> dict[int, Past]:
    t = tickets.c
    rows = session.execute(select(t.number, t.team, t.severity, t.clocks, t.closed_at).where(*where))
    return {row.number: _past(row) for row in rows}


def _past(row: Any) -> Past:
    clocks = _CLOCKS.validate_python(row.clocks)
    return Past(row.number, row.team, Severity(row.severity), clocks, row.closed_at)
