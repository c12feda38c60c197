"""A complaint from another tool or a spreadsheet: its old date is kept, and nobody is nudged for the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from complaints.lifecycle import GOLDDUST, Change, Event, Said
from complaints.ticket import CloseReason, State


def imported(change: Change, at: datetime, closed_at: datetime | None, noted: Said) -> Change:
    """The change of a captured ticket as an imported one: captured when it was received, its clocks started at `at`.

    One that was closed before comes in closed, without clocks and without notices. `noted` is what the timeline keeps
    of where it came from.
    """
    # What a regulator's clock had run out on before it came here is told by its dates, not by nudges.
    ahead = tuple(clock for clock in change.ticket.clocks if clock.regulation is None or clock.due_at > at)
    ticket = replace(change.ticket, captured_at=change.ticket.received_at, clocks=ahead)
    where = {"team": ticket.team, "owner": ticket.owner, "received_at": ticket.received_at.isoformat()}
    event = Event("imported", GOLDDUST, at, {**where, **noted})
    if closed_at is None:
        return Change(ticket, (event,), change.notices)
    closed = replace(
        ticket,
        state=State.CLOSED,
        close_reason=CloseReason.IMPORTED,
        closed_at=closed_at,
        clocks=(),
        next_nudge_at=None,
    )
    return Change(closed, (event, Event("closed", GOLDDUST, at, {"closed_at": closed_at.isoformat()})))
