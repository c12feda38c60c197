"""Starting, stopping, pausing and moving a ticket's clocks (rule 2 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from complaints.calendars import ALWAYS, Calendar, between, shift
from complaints.durations import Duration, after
from complaints.ticket import Clock, ClockName, Ticket

INTERNAL: frozenset[ClockName] = frozenset({"acknowledge", "resolve"})
"""The clocks that stand still while the ticket is blocked or promised."""


def start(name: ClockName, at: datetime, duration: Duration, calendar: Calendar, *, run: int = 1) -> Clock:
    """A clock that starts at `at` and runs for `duration`, in working time unless the duration says calendar."""
    due = after(at, duration, calendar)
    counted = ALWAYS if duration.calendar else calendar
    return Clock(name, at, due, between(counted, at, due), run=run, calendar=duration.calendar)


def until(name: ClockName, at: datetime, due: datetime, *, run: int = 1) -> Clock:
    """A clock that runs out at a given moment, such as a promised date."""
    return Clock(name, at, due, due - at, run=run, calendar=True)


def counting(clock: Clock, calendar: Calendar) -> Calendar:
    """The calendar in which a clock counts: its team's, or all the time."""
    return ALWAYS if clock.calendar else calendar


def stop(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock stopped at `at`; one that stood paused is first given the rest that it had left."""
    if clock.stopped_at is not None:
        return clock
    return replace(resume(clock, at, calendar), stopped_at=at)


def pause(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock standing still, remembering exactly how much was left (negative when it had run out)."""
    if not clock.running:
        return clock
    return replace(clock, left=between(counting(clock, calendar), at, clock.due_at))


def resume(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock running on from `at` with exactly what was left."""
    if clock.left is None:
        return clock
    return replace(clock, due_at=shift(counting(clock, calendar), at, clock.left), left=None)


def resize(clock: Clock, duration: Duration, calendar: Calendar) -> Clock:
    """The clock with another length, counted from its old start; what was paused stays granted."""
    fresh = start(clock.name, clock.started_at, duration, calendar, run=clock.run)
    if fresh.calendar != clock.calendar or clock.stopped_at is not None:
        return clock if clock.stopped_at is not None else replace(fresh, left=clock.left and fresh.length)
    more = fresh.length - clock.length
    if clock.left is not None:
        return replace(clock, length=fresh.length, left=clock.left + more)
    return replace(clock, length=fresh.length, due_at=shift(counting(clock, calendar), clock.due_at, more))


def with_clock(ticket: Ticket, clock: Clock) -> Ticket:
    """The ticket with this clock in the place of the one of its name."""
    others = tuple(existing for existing in ticket.clocks if existing.name != clock.name)
    return replace(ticket, clocks=(*others, clock))


def stopped(ticket: Ticket, names: Iterable[ClockName], at: datetime, calendar: Calendar) -> Ticket:
    """The ticket with the clocks of these names stopped."""
    wanted = set(names)
    changed = tuple(stop(clock, at, calendar) if clock.name in wanted else clock for clock in ticket.clocks)
    return replace(ticket, clocks=changed)


def paused(ticket: Ticket, at: datetime, calendar: Calendar) -> Ticket:
    """The ticket with its internal clocks standing still."""
    changed = tuple(pause(clock, at, calendar) if clock.name in INTERNAL else clock for clock in ticket.clocks)
    return replace(ticket, clocks=changed)


def resumed(ticket: Ticket, at: datetime, calendar: Calendar) -> Ticket:
    """The ticket with its internal clocks running on."""
    changed = tuple(resume(clock, at, calendar) if clock.name in INTERNAL else clock for clock in ticket.clocks)
    return replace(ticket, clocks=changed)


def next_run(ticket: Ticket, name: ClockName) -> int:
    """The number of the next run of a clock."""
    clock = ticket.clock(name)
    return clock.run + 1 if clock else 1
