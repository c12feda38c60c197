"""The figures of a digest once more, as plainly as they can be written: what the real ones are checked against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from complaints.calendars import Calendar, between
from complaints.cases import Case, Received, Window

SET_ASIDE = ("duplicate", "withdrawn", "not a complaint")


def moves(case: Case) -> list[tuple[datetime, int]]:
    """When something was owed (+1) and no longer (−1)."""
    found = [(case.captured_at, 1)]
    for closed, reopened in case.reopenings:
        found += [(closed, -1), (reopened, 1)]
    return found + ([(case.closed_at, -1)] if case.closed_at else [])


def backlog(cases: Sequence[Case], at: datetime) -> int:
    """How many are open just before a moment: everything that came, less everything that went."""
    return sum(step for case in cases for moment, step in moves(case) if moment < at)


def within(moment: datetime | None, window: Window) -> bool:
    """Whether a moment lies in the window."""
    return moment is not None and moment >= window.start and moment < window.end


def percentile(times: list[timedelta], share: int) -> timedelta | None:
    """The least of the times that at least this share of them does not exceed."""
    for candidate in sorted(times):
        if 100 * sum(time <= candidate for time in times) >= share * len(times):
            return candidate
    return None


def resolution_times(cases: Sequence[Case], window: Window, calendar: Calendar | None) -> list[timedelta]:
    """Captured to resolved of what was closed in the window, in working time or (without a calendar) in all time."""
    found = []
    for case in cases:
        if within(case.closed_at, window) and case.resolved_at and case.close_reason not in SET_ASIDE:
            start, end = case.captured_at, case.resolved_at
            found.append(between(calendar, start, end) if calendar else end - start)
    return found


def met_and_missed(cases: Sequence[Case], name: str, window: Window) -> tuple[int, int]:
    """The clocks of one name that were met and missed."""
    met = missed = 0
    for case in cases:
        open_at_end = sum(step for moment, step in moves(case) if moment < window.end) > 0
        for clock in case.clocks:
            if clock.name != name or case.close_reason in SET_ASIDE:
                continue
            if clock.stopped_at and within(clock.stopped_at, window):
                if clock.stopped_at <= clock.due_at:
                    met += 1
                else:
                    missed += 1
            elif open_at_end and not clock.paused and max(clock.started_at, clock.due_at) < window.end:
                missed += clock.stopped_at is None or clock.stopped_at >= window.end
    return met, missed


def repeats(received: Sequence[Received], window: Window) -> int:
    """How many of the window's complaints had one of the same customer and issue at most 90 days before."""
    count = 0
    for place, one in enumerate(received):
        for other_place, other in enumerate(received):
            if place == other_place or not one.customer or not other.customer:
                continue
            if one.close_reason in SET_ASIDE or other.close_reason in SET_ASIDE:
                continue
            same = one.customer.lower() == other.customer.lower() and one.issue == other.issue
            before = (other.captured_at, other_place) < (one.captured_at, place)
            if same and before and one.captured_at - other.captured_at <= timedelta(days=90):
                count += within(one.captured_at, window)
                break
    return count
