"""What a chart shows, as frozen values: nothing of how it looks. Source: the nudging rules, section Digest."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, takewhile
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from complaints.cases import Case, Received, Window
from complaints.figures import CLOCKS, Attained, ages, per_block
from complaints.signals import LEAST_POINTS, LEAST_SURGE, LOW, MOST_POINTS, RUN, Kind, Limits, deviation, limits_of
from complaints.ticket import ClockName

WEEK = timedelta(days=7)
MOST_WEEKS = MOST_POINTS + 1
"""So many weeks a chart goes back at most: the last one, and those that say what is usual."""
MOST_BARS = 10
NO_CATEGORY = "no category"

Measure = Literal["arrivals", "repeats", "reopenings"]
About = Literal["all", "team", "category", "touchpoint"]
"""What a series counts: everything, what a team owns, a category, or what one function's people reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart:
    """Weekly counts, oldest first, and what is usual for the last of them (an XmR or Poisson chart)."""

    measure: Measure
    about: str
    """A category, team or touchpoint by its name; empty for all."""
    days: tuple[date, ...]
    """On which each week begins, by the reader's clock."""
    counts: tuple[int, ...]
    limits: Limits | None
    """None where fewer than 12 weeks come before the last."""
    unusual: tuple[int, ...] = ()
    """The places of the counts that are no chance: beyond the limits, or in a run that goes on (seven on one side)."""
    kind: Kind | None = None
    """How the last count is no chance."""
    of: About = "category"
    """What `about` is the name of."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many complaints are of one kind."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareto:
    """The kinds of complaints of a stretch of time, most frequent first, at most ten of them by name."""

    by: Literal["category", "team"]
    since: date
    until: date
    """The last day, by the reader's clock."""
    bars: tuple[Bar, ...]
    others: Bar | None = None
    """All that are not named, and of how many kinds they are in `kinds`."""
    kinds: int = 0

    @property
    def total(self) -> int:
        """All complaints together."""
        return sum(bar.count for bar in self.bars) + (self.others.count if self.others else 0)

    @property
    def cumulative(self) -> tuple[float, ...]:
        """For each bar which share of all it makes up with those before it."""
        return tuple(count / self.total for count in accumulate(bar.count for bar in self.bars))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """How many of the open tickets are in each of complaints.figures.AGES."""

    on: date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All that are open."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What came and went in each week, oldest first: opening + received + reopened − closed is what is open then."""

    days: tuple[date, ...]
    opening: int
    received: tuple[int, ...]
    reopened: tuple[int, ...]
    closed: tuple[int, ...]

    @property
    def arrived(self) -> tuple[int, ...]:
        """What came in each week, for the first time or again."""
        return tuple(map(sum, zip(self.received, self.reopened, strict=True)))

    @property
    def backlog(self) -> tuple[int, ...]:
        """What was open at each week's end."""
        moves = (came - went for came, went in zip(self.arrived, self.closed, strict=True))
        return tuple(accumulate(moves, initial=self.opening))[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """How many clocks were met and missed in each week, oldest first, as a digest of that week counts them."""

    days: tuple[date, ...]
    weeks: tuple[Attained, ...]
    clocks: tuple[tuple[ClockName, Attained], ...]
    """Those of the last week by their names, without those of which none was due."""


Chart: TypeAlias = RunChart | Pareto | Ageing | Flow | Attainment


def known_weeks(begun: datetime | None, end: datetime) -> int:
    """How many whole weeks before `end` are known, 27 at most; weeks before the first complaint are no quiet weeks."""
    return 0 if begun is None or begun >= end else max(1, min((end - begun) // WEEK, MOST_WEEKS))


def run_chart(
    moments: Iterable[datetime], end: datetime, weeks: int, zone: str, *, measure: Measure = "arrivals",
    about: str = "", of: About = "category",
) -> RunChart:  # fmt: skip
    """The weekly counts of what happened at these moments, in so many weeks before `end`."""
    counts = per_block(moments, end, WEEK, weeks)
    limits = limits_of(counts[:-1]) if len(counts) > LEAST_POINTS else None
    found = deviation(counts)
    return RunChart(
        measure=measure, about=about, days=_days(end, weeks, zone), counts=tuple(counts), limits=limits,
        unusual=tuple(_unusual(counts, limits)) if limits else (), kind=found.kind if found else None, of=of,
    )  # fmt: skip


def pareto(received: Iterable[Received], window: Window, zone: str, name: Callable[[str], str]) -> Pareto:
    """What the complaints received in a window are about: their categories, or their teams where none has a category.

    `name` gives the name of a team for its key.
    """
    came = [one for one in received if window.holds(one.captured_at)]
    by_category = any(one.category for one in came)
    kinds = (one.category or NO_CATEGORY for one in came) if by_category else (name(one.team) for one in came)
    bars = [Bar(kind, count) for kind, count in sorted(Counter(kinds).items(), key=lambda item: (-item[1], item[0]))]
    # One that is left over alone is as well told by its name.
    named = len(bars) if len(bars) <= MOST_BARS + 1 else MOST_BARS
    rest = bars[named:]
    return Pareto(
        by="category" if by_category else "team", since=_day(window.start, zone),
        until=_day(window.end - timedelta(microseconds=1), zone), bars=tuple(bars[:named]),
        others=Bar("others", sum(bar.count for bar in rest)) if rest else None, kinds=len(rest),
    )  # fmt: skip


def ageing(cases: Iterable[Case], end: datetime, zone: str) -> Ageing:
    """The ages of what is open at a moment."""
    return Ageing(on=_day(end, zone), counts=ages((case for case in cases if case.open_at(end)), end))


def flow(cases: Sequence[Case], end: datetime, weeks: int, zone: str) -> Flow:
    """What came and went in so many weeks before `end`; `cases` holds what was open at their start or came later."""
    start = end - WEEK * weeks
    back = [one for case in cases for one in case.reopenings]
    closed = [*(case.closed_at for case in cases if case.closed_at is not None), *(one.closed_at for one in back)]
    return Flow(
        days=_days(end, weeks, zone),
        opening=sum(case.open_at(start) for case in cases),
        received=tuple(per_block((case.captured_at for case in cases), end, WEEK, weeks)),
        reopened=tuple(per_block((one.reopened_at for one in back), end, WEEK, weeks)),
        closed=tuple(per_block(closed, end, WEEK, weeks)),
    )


def attainment(cases: Iterable[Case], end: datetime, weeks: int, zone: str) -> Attainment:
    """The clocks met and missed in so many weeks before `end`: complaints.figures.attained for each of them."""
    edges = [end - WEEK * back for back in range(weeks, -1, -1)]
    found = Counter(one for case in cases if not case.set_aside for one in _judged(case, edges))
    last = ((name, Attained(found[weeks - 1, name, True], found[weeks - 1, name, False])) for name in CLOCKS)
    return Attainment(
        days=_days(end, weeks, zone),
        weeks=tuple(
            Attained(*(sum(found[week, name, met] for name in CLOCKS) for met in (True, False)))
            for week in range(weeks)
        ),
        clocks=tuple((name, kept) for name, kept in last if kept.share is not None),
    )


def _judged(case: Case, edges: Sequence[datetime]) -> Iterable[tuple[int, ClockName, bool]]:
    """In which week each clock was met (True) or missed; one that runs on beyond its time is missed in each week."""
    weeks = len(edges) - 1
    for clock in case.clocks:
        if clock.name not in CLOCKS:
            continue
        stopped = clock.stopped_at
        week = bisect_right(edges, stopped) - 1 if stopped is not None else weeks
        if stopped is not None and 0 <= week < weeks:
            yield week, clock.name, stopped <= clock.due_at
        if not clock.paused:
            beyond = bisect_right(edges, max(clock.due_at, clock.started_at))
            for place in range(max(beyond, 1), min(week, weeks) + 1):
                if case.open_at(edges[place]):
                    yield place - 1, clock.name, False


def _unusual(counts: Sequence[int], limits: Limits) -> Iterable[int]:
    """The places of the counts that are beyond the limits, or belong to the run that the last one ends."""
    run = _run(counts, limits.mean) if limits.mean >= LOW else 0
    for place, count in enumerate(counts):
        beyond = count < limits.lower or (count > limits.upper and count >= LEAST_SURGE)
        if beyond or (run >= RUN and place >= len(counts) - run):
            yield place


def _run(counts: Sequence[int], mean: float) -> int:
    """How many of the last counts are on one side of the mean."""
    sides = [(count > mean) - (count < mean) for count in reversed(counts)]
    return sum(1 for _ in takewhile(lambda side: side and side == sides[0], sides))


def _days(end: datetime, weeks: int, zone: str) -> tuple[date, ...]:
    return tuple(_day(end - WEEK * back, zone) for back in range(weeks, 0, -1))


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
