"""What happened, as the timelines keep it: whole tickets with their events, for a replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from complaints.lifecycle import Event
from complaints.ticket import CloseReason, Kind, Ticket
from storage.rows import ticket_of
from storage.tables import tickets, timeline

Story = tuple[Ticket, tuple[Event, ...]]
_t = tickets.c


def between(session: Session, workspace: str, start: datetime, end: datetime) -> Iterator[Story]:
    """The tickets that were open at `start` or captured before `end`, each with its events up to then, by number.

    What came in closed from another tool is left out: nobody here ever did anything about it. So is what was erased,
    and what is no complaint: it is opened and closed by what people do about complaints.
    """
    told = _t.erased_at.is_(None) & (_t.kind == Kind.COMPLAINT)
    here = or_(_t.close_reason.is_(None), _t.close_reason != CloseReason.IMPORTED.value)
    lately = or_(_t.closed_at.is_(None), _t.closed_at >= start)
    said = _t.kind == Kind.COMPLAINT.value
    return _stories(session, workspace, (_t.captured_at < end, lately, here, told, said), end)


def of_numbers(session: Session, workspace: str, numbers: Sequence[int], end: datetime) -> Iterator[Story]:
    """The tickets of these numbers, each with its events up to `end`."""
    return _stories(session, workspace, (_t.number.in_(numbers),), end)


def _stories(session: Session, workspace: str, which: Sequence[ColumnElement[bool]], end: datetime) -> Iterator[Story]:
    where = (_t.workspace == workspace, *which)
    theirs = timeline.c.ticket.in_(select(_t.number).where(*where))
    query = select(timeline).where(timeline.c.workspace == workspace, theirs, timeline.c.at < end)
    events: dict[int, list[Event]] = defaultdict(list)
    for row in session.execute(query.order_by(timeline.c.ticket, timeline.c.position)).mappings():
        events[row["ticket"]].append(Event(row["kind"], row["actor"], row["at"], row["data"]))
    for row in session.execute(select(tickets).where(*where).order_by(_t.number)).mappings():
        if row["number"] in events:
            yield ticket_of(row), tuple(events[row["number"]])
