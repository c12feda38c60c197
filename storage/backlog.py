"""What lies about: tickets and notices that are due and not done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import outbox, tickets

UNARRIVED = ("waiting", "claimed", "parked", "uncertain")
"""The states of a notice that has not arrived, or of which nobody knows; the others grow for ever."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What lies about as of a moment.

    `overdue` tickets have a next nudge that is past, the first since `overdue_since`; `notices` are those that have
    not arrived, by state; `waiting_since` is when the first waiting one was due.
    """

    overdue: int
    overdue_since: datetime | None
    notices: Mapping[str, int]
    waiting_since: datetime | None


def backlog(session: Session, workspace: str, now: datetime) -> Backlog:
    """What lies about: tickets of a workspace, notices of all; ranges of indexes, which are short while all is well."""
    late = (tickets.c.workspace == workspace, tickets.c.next_nudge_at <= now)
    overdue, since = session.execute(select(func.count(), func.min(tickets.c.next_nudge_at)).where(*late)).one()
    by_state = select(outbox.c.state, func.count()).where(outbox.c.state.in_(UNARRIVED)).group_by(outbox.c.state)
    due = (outbox.c.state == "waiting", outbox.c.due_at <= now)
    waiting = session.scalar(select(func.min(outbox.c.due_at)).where(*due))
    return Backlog(overdue, since, dict(session.execute(by_state).all()), waiting)
