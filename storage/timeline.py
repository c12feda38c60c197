"""The timeline of each ticket: only ever appended to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from complaints.lifecycle import Event
from storage.tables import timeline


def append(session: Session, workspace: str, number: int, events: Sequence[Event]) -> None:
    """Add events at the end of a ticket's timeline; the ticket's row must be locked or new."""
    append_all(session, workspace, {number: events} if events else {})


def append_all(session: Session, workspace: str, events: Mapping[int, Sequence[Event]]) -> None:
    """Add events at the ends of the timelines of several tickets, whose rows must be locked or new."""
    if not events:
        return
    theirs = (timeline.c.workspace == workspace) & timeline.c.ticket.in_(list(events))
    last = select(timeline.c.ticket, func.max(timeline.c.position)).where(theirs).group_by(timeline.c.ticket)
    positions: dict[int, int] = dict(session.execute(last).all())
    rows = [
        {
            "workspace": workspace, "ticket": number, "position": positions.get(number, 0) + step, "at": event.at,
            "actor": event.actor, "kind": event.kind,
            "data": {key: value for key, value in event.data.items() if value not in (None, "")},
        }
        for number, of_ticket in events.items()
        for step, event in enumerate(of_ticket, start=1)
    ]  # fmt: skip
    session.execute(insert(timeline), rows)


def read(session: Session, workspace: str, number: int) -> list[Event]:
    """The events of a ticket, first to last."""
    query = (
        select(timeline)
        .where(timeline.c.workspace == workspace, timeline.c.ticket == number)
        .order_by(timeline.c.position)
    )
    return [Event(row["kind"], row["actor"], row["at"], row["data"]) for row in session.execute(query).mappings()]
