"""The figures of a digest: definitions over frozen rows. Source: the nudging rules, section Digest."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter

from complaints.calendars import Calendar
from complaints.cases import SET_ASIDE, Case, Kept, Received, Window
from complaints.ticket import ClockName
from complaints.worktime import Worktime

Calendars = Callable[[str], Calendar]
"""The working time of a team, by its key."""

CLOCKS: tuple[ClockName, ...] = ("acknowledge", "resolve", "tell", "receipt", "answer")
"""The clocks that are owed to the customer; the others are between colleagues."""

BACK_WITHIN = timedelta(days=30)
REPEAT_WITHIN = timedelta(days=90)
_BANDS = (4, 8, 15, 29, 57)
AGES = ("0–3", "4–7", "8–14", "15–28", "29–56", ">56")
"""The bands of age in whole days, of 24 hours each."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: of how many tickets, and the time within which 50, 75 and 90 % were through.

    Each is the time of a real ticket (nearest rank); None of them where there was no ticket.
    """

    count: int
    p50: timedelta | None = None
    p75: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took, in working time of the team's calendar and by the wall clock."""

    working: Spread
    calendar: Spread


@dataclass(frozen=True, slots=True)
class Attained:
    """How many clocks were met and missed; one that is still running beyond its time is missed."""

    met: int = 0
    missed: int = 0

    @property
    def share(self) -> float | None:
        """Met ÷ (met + missed), or None where nothing was due."""
        due = self.met + self.missed
        return self.met / due if due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one window; opening + received + reopened − closed = closing."""

    opening: int
    received: int
    reopened: int
    closed: int
    closing: int
    acknowledged: Took
    """Captured to the first human move, of the tickets acknowledged in the window."""
    resolved: Took
    """Captured to resolved, of the tickets closed in the window after they were resolved."""
    ages: tuple[int, ...]
    """How many of the open tickets are in each of AGES at the window's end."""
    attained: Mapping[ClockName, Attained]
    overdue: int
    """Open tickets at the window's end with a clock beyond its time."""
    returned: int
    """Tickets reopened in the window at most 30 days after they were closed."""
    repeats: int
    """Received in the window from a customer who complained of the same within the 90 days before."""

    @property
    def attainment(self) -> Attained:
        """All clocks together."""
        kept = self.attained.values()
        return Attained(sum(one.met for one in kept), sum(one.missed for one in kept))


def figures(cases: Sequence[Case], again: Iterable[Received], window: Window, calendars: Calendars) -> Figures:
    """The figures of a window.

    `cases` holds at least what was open at its start or came later; `again` is what `repeats` found in what was
    received since 90 days before it.
    """
    start, end = window.start, window.end
    reopenings = [one for case in cases if case.reopenings for one in case.reopenings]
    standing = [case for case in cases if case.open_at(end)]
    return Figures(
        opening=sum(case.open_at(start) for case in cases),
        received=sum(start <= case.captured_at < end for case in cases),
        reopened=sum(window.holds(one.reopened_at) for one in reopenings),
        closed=sum(window.holds(case.closed_at) for case in cases)
        + sum(window.holds(one.closed_at) for one in reopenings),
        closing=len(standing),
        acknowledged=_took(_acknowledged(cases, window), calendars),
        resolved=_took(_resolved(cases, window), calendars),
        ages=ages(standing, end),
        attained={name: attained(cases, name, window) for name in CLOCKS},
        overdue=sum(any(overdue(clock, end) for clock in case.clocks if clock.name in CLOCKS) for case in standing),
        returned=len(returned(cases, window)),
        repeats=sum(window.holds(one.captured_at) for one in again),
    )


def ages(standing: Iterable[Case], end: datetime) -> tuple[int, ...]:
    """How many of the open tickets are in each band of age at a moment."""
    counts = [0] * len(AGES)
    for case in standing:
        days = (end - case.captured_at) // timedelta(days=1)
        counts[sum(days >= limit for limit in _BANDS)] += 1
    return tuple(counts)


def attained(cases: Iterable[Case], name: ClockName, window: Window) -> Attained:
    """How many of these clocks were met and missed: those that stopped in the window, and those overdue at its end.

    A clock that was started anew counts by its last run; tickets that were no complaint of their own do not count.
    """
    met = missed = 0
    for case in cases:
        if not case.clocks or case.set_aside:
            continue
        for clock in case.clocks:
            if clock.name != name:
                continue
            if clock.stopped_at is not None and window.holds(clock.stopped_at):
                met += clock.stopped_at <= clock.due_at
                missed += clock.stopped_at > clock.due_at
            else:
                missed += case.open_at(window.end) and overdue(clock, window.end)
    return Attained(met, missed)


def overdue(clock: Kept, at: datetime) -> bool:
    """Whether a clock was still going beyond its time at a moment."""
    going = clock.started_at < at and (clock.stopped_at is None or clock.stopped_at >= at)
    return going and not clock.paused and clock.due_at < at


def returned(cases: Iterable[Case], window: Window) -> list[Case]:
    """The tickets that were reopened in the window, at most 30 days after they were closed; once for each time."""
    return [
        case
        for case in cases
        for one in case.reopenings
        if window.holds(one.reopened_at) and one.reopened_at - one.closed_at <= BACK_WITHIN
    ]


def repeats(received: Iterable[Received]) -> list[Received]:
    """The complaints whose customer had complained of the same issue at most 90 days before, in order of time."""
    last: dict[tuple[str, str], datetime] = {}
    found = []
    known = [one for one in received if one.customer and one.close_reason not in SET_ASIDE]
    for one in sorted(known, key=attrgetter("captured_at")):
        key = ((one.customer or "").casefold(), one.issue)
        before = last.get(key)
        if before is not None and one.captured_at - before <= REPEAT_WITHIN:
            found.append(one)
        last[key] = one.captured_at
    return found


def spread(times: Iterable[timedelta]) -> Spread:
    """How many times there are, and the nearest-rank percentiles of them."""
    ordered = sorted(times)
    if not ordered:
        return Spread(0)
    p50, p75, p90 = (ordered[math.ceil(share * len(ordered) / 100) - 1] for share in (50, 75, 90))
    return Spread(len(ordered), p50, p75, p90)


def per_block(moments: Iterable[datetime], end: datetime, length: timedelta, blocks: int) -> list[int]:
    """How many of the moments fall into each of the last blocks of this length before `end`, oldest first."""
    counts = [0] * blocks
    ordered = sorted(moments)
    edges = [bisect_left(ordered, end - length * back) for back in range(blocks, -1, -1)]
    for place in range(blocks):
        counts[place] = edges[place + 1] - edges[place]
    return counts


_Span = tuple[str, datetime, datetime]
"""A team, and from when until when one of its tickets took."""


def _acknowledged(cases: Iterable[Case], window: Window) -> list[_Span]:
    return [
        (case.team, case.captured_at, case.acknowledged_at)
        for case in cases
        if case.acknowledged_at is not None and window.holds(case.acknowledged_at)
    ]


def _resolved(cases: Iterable[Case], window: Window) -> list[_Span]:
    return [
        (case.team, case.captured_at, case.resolved_at)
        for case in cases
        if case.resolved_at is not None and not case.set_aside and window.holds(case.closed_at)
    ]


def _took(spans: Sequence[_Span], calendars: Calendars) -> Took:
    return Took(
        working=spread(_working(spans, calendars)), calendar=spread(max(end - start, _ZERO) for _, start, end in spans)
    )


def _working(spans: Sequence[_Span], calendars: Calendars) -> Iterable[timedelta]:
    by_team: dict[str, list[_Span]] = defaultdict(list)
    for span in spans:
        by_team[span[0]].append(span)
    if not spans:
        return
    since, until = min(start for _, start, _ in spans), max(end for _, _, end in spans)
    # Teams share calendars, and summing one up is what takes the time.
    summed = cache(lambda calendar: Worktime(calendar, since, until))
    for team, theirs in by_team.items():
        worktime = summed(calendars(team))
        yield from (max(worktime.between(start, end), _ZERO) for _, start, end in theirs)


_ZERO = timedelta()
