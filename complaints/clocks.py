"""Starting, stopping, pausing and moving a ticket's clocks (rule 2 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from complaints.calendars import ALWAYS, Calendar, between, shift
from complaints.durations import Duration, after, parse_duration
from complaints.steps import StepKey, key_of
from complaints.ticket import Clock, ClockName, Milestone, Ticket

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
    before = clock.pauses[:-1] if clock.pauses and clock.pauses[-1][1] == at else clock.pauses
    since = clock.pauses[-1][0] if len(before) < len(clock.pauses) else at
    left = between(counting(clock, calendar), at, clock.due_at)
    return replace(clock, left=left, pauses=(*before, (since, None)))


def resume(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock running on from `at` with exactly what was left."""
    if clock.left is None:
        return clock
    ended = tuple((since, end if end is not None else at) for since, end in clock.pauses)
    due = shift(counting(clock, calendar), at, clock.left)
    return replace(clock, due_at=due, left=None, pauses=tuple(pause for pause in ended if pause[0] < pause[1]))


def resize(clock: Clock, duration: Duration, calendar: Calendar) -> Clock:
    """The clock with another length, counted from its old start; what was paused stays granted.

    That holds too where it turns from working to calendar time or back: the same pauses are then counted anew.
    """
    if clock.stopped_at is not None:
        return clock
    fresh = start(clock.name, clock.started_at, duration, calendar, run=clock.run)
    if fresh.calendar != clock.calendar:
        return _counted_anew(clock, fresh, calendar)
    more = fresh.length - clock.length
    if clock.left is not None:
        return replace(clock, length=fresh.length, left=clock.left + more)
    return replace(clock, length=fresh.length, due_at=shift(counting(clock, calendar), clock.due_at, more))


def _counted_anew(clock: Clock, fresh: Clock, calendar: Calendar) -> Clock:
    """The clock with the length and the counting of `fresh`, which has the same start, and with its own pauses."""
    turned = replace(clock, length=fresh.length, calendar=fresh.calendar, due_at=fresh.due_at)
    if not clock.pauses:
        return replace(turned, left=clock.left and fresh.length)
    counted = counting(fresh, calendar)
    ran, since = timedelta(), clock.started_at
    for begin, end in clock.pauses:
        ran, since = ran + between(counted, since, begin), end or begin
    left = fresh.length - ran
    if clock.paused:
        return replace(turned, left=left)
    return replace(turned, due_at=shift(counted, since, left))


def moment_of(clock: Clock, step: str, calendar: Calendar) -> datetime:
    """When a step such as `80%` or `+1d` comes on a clock; of a repetition (`again-2`) no more than that it is past."""
    if step.endswith("%"):
        rest = clock.length * (100 - int(step[:-1])) / 100
        return shift(counting(clock, calendar), clock.due_at, -rest)
    if not step.startswith("+"):
        return clock.due_at
    length = parse_duration(step[1:])
    return after(clock.due_at, replace(length, calendar=clock.calendar), calendar)


def moved(ticket: Ticket, clock: Clock, at: datetime, calendar: Calendar) -> Ticket:
    """The ticket with a clock whose due date has moved, so that the move neither swallows nor repeats a nudge.

    A step is said once a run. Where it was said that the clock ran out, and the move brings its end back into the
    future, it begins a new run, which takes over as said the steps whose moments are past on it too.
    """
    before = next(one for one in ticket.clocks if one.name == clock.name)
    was, now = resume(before, at, calendar), resume(clock, at, calendar)
    mine = [(key, taken) for taken in ticket.taken if (key := key_of(taken.step)) and _of_run(key, clock)]
    if now.due_at > max(at, was.due_at) and not all(key.early for key, _ in mine):
        clock, prefix = replace(clock, run=clock.run + 1), f"{clock.name}.{clock.run}:"
        said = (taken for key, taken in mine if moment_of(now, key.at, calendar) <= at)
        again = (replace(t, step=f"{clock.name}.{clock.run}:{t.step.removeprefix(prefix)}") for t in said)
        ticket = replace(ticket, taken=(*ticket.taken, *again))
    return replace(ticket, clocks=tuple(clock if one.name == clock.name else one for one in ticket.clocks))


def _of_run(key: StepKey, clock: Clock) -> bool:
    return (key.clock, key.run) == (clock.name, clock.run)


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


def kept(ticket: Ticket, milestone: Milestone, at: datetime) -> Ticket:
    """The ticket with the regulatory clocks stopped that this milestone stops."""
    changed = (
        replace(clock, stopped_at=at) if _stops(clock, milestone) and clock.stopped_at is None else clock
        for clock in ticket.clocks
    )
    return replace(ticket, clocks=tuple(changed))


def owed_again(ticket: Ticket, at: datetime) -> Ticket:
    """The ticket with its regulatory clocks running on against their old dates, because it was not settled after all.

    The customer had their acknowledgement, and a chance that has passed does not come back.
    """
    changed = (
        replace(clock, stopped_at=None)
        if clock.regulation and not _stops(clock, "acknowledged") and not (clock.optional and clock.due_at < at)
        else clock
        for clock in ticket.clocks
    )
    return replace(ticket, clocks=tuple(changed))


def next_duty(ticket: Ticket, at: datetime) -> Clock | None:
    """The regulatory clock that runs out first from `at` on; chances that may pass do not count."""
    ahead = (clock for clock in ticket.clocks if clock.rule and clock.running and clock.due_at >= at)
    return min((clock for clock in ahead if not clock.optional), key=lambda clock: clock.due_at, default=None)


def _stops(clock: Clock, milestone: Milestone) -> bool:
    return clock.regulation is not None and clock.regulation.stops == milestone
