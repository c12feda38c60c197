"""The timeline of each ticket: only ever appended to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from complaints.lifecycle import Event
from storage.tables import timeline


def append(session: Session, workspace: str, number: int, events: Sequence[Event]) -> None:
    """Add events at the end of a ticket's timeline; the ticket's row must be locked or new."""
    if not events:
        return
    of_ticket = (timeline.c.workspace == workspace) & (timeline.c.ticket == number)
    last = session.scalar(select(func.max(timeline.c.position)).where(of_ticket)) or 0
    rows = [
        {
            "workspace": workspace, "ticket": number, "position": last + step, "at": event.at, "actor": event.actor,
            "kind": event.kind, "data": {key: value for key, value in event.data.items() if value not in (None, "")},
        }
        for step, event in enumerate(events, start=1)
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
