"""What a manager sees at a glance: the open tickets, what happens to each next, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from complaints.policy import Planned, reason
from complaints.severity import Severity
from complaints.ticket import Ticket
from handlers.context import Context
from handlers.reading import following
from handlers.viewing import name_of, view
from storage import tickets

MOST = 50
"""Open tickets that the table shows, newest first; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One open ticket: `next_at` and `next_what` are its next nudge, with whom and why."""

    ref: str
    severity: Severity
    state: str
    owner: str
    holder: str
    overdue: bool
    next_at: datetime | None
    next_what: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The table and its counts."""

    rows: tuple[Row, ...]
    open: int
    overdue: int
    closed: int


def overview(context: Context) -> Overview:
    """The organisation's tickets as of the context's moment."""
    every = tickets.everything(context.session, context.workspace)
    unfinished = [ticket for ticket in every if ticket.open]
    rows = tuple(_row(context, ticket) for ticket in reversed(unfinished[-MOST:]))
    late = sum(_overdue(ticket, context.at) for ticket in unfinished)
    return Overview(rows, len(unfinished), late, len(every) - len(unfinished))


def _row(context: Context, ticket: Ticket) -> Row:
    shown, planned = view(context, ticket), following(context, ticket)
    what = _what(planned, lambda person: name_of(context, person)) if planned else "quiet until the promised date"
    return Row(
        ref=ticket.ref, severity=ticket.severity, state=ticket.state.value.capitalize(), owner=shown.owner_or_team,
        holder=shown.holder, overdue=_overdue(ticket, context.at),
        next_at=planned.reach_at if planned else ticket.next_nudge_at,
        next_what=what,
    )  # fmt: skip


def _overdue(ticket: Ticket, now: datetime) -> bool:
    return any(clock.state(now) == "overdue" for clock in ticket.clocks)


def _what(planned: Planned, name: Callable[[str], str]) -> str:
    if not planned.to:
        return reason(planned)
    verb = "remind" if planned.what == "remind" else "ask"
    return f"{verb} {name(planned.to)}: {reason(planned)}"
