"""When a step that is due reaches its reader: in their hours, quiet after they acted, in a bundle unless urgent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from complaints.calendars import shift
from complaints.durations import after
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Clock, Ticket

LAST_CALL = timedelta(hours=1)
"""So much working time before the end a reminder comes at the latest that its reader could not read in time."""


class Slot(NamedTuple):
    """When a reader gets a step, and whether by itself; `meant_at` is when it is sent unless Golddust is down then."""

    reach_at: datetime
    meant_at: datetime
    urgent: bool


def slot(
    ticket: Ticket, clock: Clock, step: str, due: datetime, to: str, presence: Presence, now: datetime
) -> Slot:  # fmt: skip
    """The slot of a step that is due at `due`, as of `now`.

    What is critical goes at once, at any hour. Anything else waits for its reader to be there (rule 3), is held after
    they did something (rule 4), and goes with their bundle unless the clock runs out before they are back (rule 5).
    """
    if ticket.severity is Severity.CRITICAL or not to:
        return Slot(due, due, urgent=True)
    there = presence.here_from(to, due)
    ready = quiet_until(ticket, step, _in_time(clock, step, due, there, to, presence), presence)
    meant, urgent = _place(clock, there if ready == due else presence.here_from(to, ready), to, presence)
    if meant >= now:
        return Slot(meant, meant, urgent)
    # The moment was missed: it goes out as soon as its reader is there.
    back = presence.here_from(to, now)
    if back <= now and not urgent:
        return Slot(now, meant, urgent)
    reach, still = _place(clock, back, to, presence)
    return Slot(now, meant, still) if back <= now else Slot(reach, meant, still)


def quiet_until(ticket: Ticket, step: str, due: datetime, presence: Presence) -> datetime:
    """When a step may go out at the earliest after its holder did something; the end of a clock is always said."""
    if ticket.acted_at is None or step in {"100%", "knock-on"}:
        return due
    quiet = presence.organisation.nudges.quiet_after_activity
    return max(due, after(ticket.acted_at, quiet, presence.calendar_of(ticket.holder)))


def _in_time(clock: Clock, step: str, due: datetime, there: datetime, to: str, presence: Presence) -> datetime:
    """When a reminder is due that its reader would only see after the clock has run out: while they are still there.

    `there` is the first moment from `due` on at which they are.
    """
    if not step.endswith("%") or due >= clock.due_at or there < clock.due_at:
        return due
    last = shift(presence.calendar_of(to), clock.due_at, -LAST_CALL)
    return max(min(last, due), clock.started_at)


def _place(clock: Clock, at: datetime, to: str, presence: Presence) -> tuple[datetime, bool]:
    """When it reaches a reader who is there `at`, and whether it is urgent: the clock runs out before they are back."""
    if clock.name == "promise":
        return at, True
    today, tonight = presence.local_day(to, at)
    if today <= clock.due_at < tonight:
        return at, True
    bundle = presence.bundle_from(to, at)
    if clock.due_at < today:
        return bundle, False
    if bundle < tonight:
        return bundle, False
    tomorrow = presence.here_from(to, tonight)
    if clock.due_at <= tomorrow:
        return at, True
    return (bundle, False) if bundle < clock.due_at else (tomorrow, True)
