"""The open stretches of one calendar, kept in order and summed up: a question of working time is then two look-ups."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

_ZERO: Final = timedelta(0)
_ONE_DAY: Final = timedelta(days=1)
_EDGE: Final = timedelta(hours=15)
"""A local date begins at most so long before or after midnight in UTC of that date."""
_LEAF: Final = 32
"""So many days are looked up at the least."""
_LONGEST_GAP: Final = 300
_MOST_DAYS: Final = 16_384
"""An almanac knows so many days at most; a date far out is not worth it."""


class LocalDay(NamedTuple):
    """When a local date begins and ends."""

    begins: datetime
    ends: datetime


class Almanac:
    """What a calendar says of the years around the moment it was first asked about; None where it can't tell.

    That is a moment years away, and whatever is asked of a calendar that stays closed for most of a year. Such
    questions are rare; complaints.calendars walks from day to day for them. Moments are in UTC.
    """

    def __init__(self, zone: ZoneInfo, stretches_on: Callable[[date], Sequence[tuple[datetime, datetime]]]) -> None:
        self.zone = zone
        self._on = stretches_on
        self._opens: list[datetime] = []
        self._closes: list[datetime] = []
        self._before: list[timedelta] = []
        self._after: list[timedelta] = []
        self._days: list[date] = []
        self._known: tuple[date, date] | None = None
        self._since = self._until = datetime.max.replace(tzinfo=UTC)
        self._told = True
        self._midnights: dict[date, datetime] = {}
        self._local_days: dict[date, LocalDay] = {}
        self.bundles: dict[tuple[date, time], datetime] = {}
        """When a bundle that is wanted at a time goes out on a day; kept here for complaints.presence."""

    def is_open(self, at: datetime) -> bool | None:
        """Whether `at` lies in a stretch."""
        if not self._covers(at):
            return None
        place = bisect_right(self._opens, at) - 1
        return place >= 0 and at < self._closes[place]

    def next_open(self, at: datetime) -> datetime | None:
        """`at` where it lies in a stretch, else when the next one begins."""
        if not self._covers(at):
            return None
        place = bisect_right(self._opens, at)
        if place and at < self._closes[place - 1]:
            return at
        while place >= len(self._opens):
            if not self._later():
                return None
        return self._opens[place]

    def shift(self, at: datetime, amount: timedelta) -> datetime | None:
        """The moment that lies `amount` of working time, not zero, after `at`; before it when negative."""
        if not self._covers(at):
            return None
        forwards = amount > _ZERO
        while True:
            target = self._sum(at) + amount
            if self._after and forwards and target <= self._after[-1]:
                place = bisect_left(self._after, target)
                return self._opens[place] + (target - self._before[place])
            if self._before and not forwards and target >= self._before[0]:
                place = bisect_right(self._before, target) - 1
                return self._opens[place] + (target - self._before[place])
            if not (self._later() if forwards else self._earlier()):
                return None

    def between(self, start: datetime, end: datetime) -> timedelta | None:
        """The working time from `start` to `end`."""
        # The second question may add earlier days, from which on all sums are then counted.
        if not self._covers(start) or not self._covers(end):
            return None
        return self._sum(end) - self._sum(start)

    def open_day(self, after: date, number: int) -> date | None:
        """The open day that comes `number` (from 1) open days after a date."""
        if not self._covers(datetime(after.year, after.month, after.day, tzinfo=UTC)):
            return None
        place = bisect_right(self._days, after) + number - 1
        while place >= len(self._days):
            if not self._later():
                return None
        return self._days[place]

    def midnight(self, day: date) -> datetime:
        """When a local date begins."""
        found = self._midnights.get(day)
        if found is None:
            found = self._midnights[day] = datetime.combine(day, time(), self.zone).astimezone(UTC)
        return found

    def local_day(self, day: date) -> LocalDay:
        """A local date from its midnight to the next."""
        found = self._local_days.get(day)
        if found is None:
            found = self._local_days[day] = LocalDay(self.midnight(day), self.midnight(day + _ONE_DAY))
        return found

    def _sum(self, at: datetime) -> timedelta:
        """The working time from the first stretch to `at`."""
        place = bisect_right(self._opens, at) - 1
        if place < 0:
            return _ZERO
        return self._after[place] if at >= self._closes[place] else self._before[place] + (at - self._opens[place])

    def _covers(self, at: datetime) -> bool:
        """Whether all stretches around `at` are known, once they have been looked up."""
        if self._since <= at < self._until:
            return self._told
        if self._known is None:
            self._known = at.date(), at.date()
            self._later()
        while at >= self._until:
            if not self._later():
                return False
        while at < self._since:
            if not self._earlier():
                return False
        return self._told

    def _later(self) -> bool:
        """Look up more days after those that are known; whether that can go on."""
        first, last, size = self._next_leaf()
        if not size:
            return False
        self._known = first, last + _ONE_DAY * size
        return self._take([last + _ONE_DAY * step for step in range(size)], len(self._opens), len(self._days))

    def _earlier(self) -> bool:
        """Look up more days before those that are known; whether that can go on."""
        first, last, size = self._next_leaf()
        if not size:
            return False
        self._known = first - _ONE_DAY * size, last
        return self._take([first - _ONE_DAY * step for step in range(size, 0, -1)], 0, 0)

    def _next_leaf(self) -> tuple[date, date, int]:
        """The days that are known, and how many more to look up: each time as many again, so that it is done seldom."""
        first, last = self._known or (date.min, date.min)
        size = max(_LEAF, (last - first).days)
        return first, last, size if self._told and (last - first).days + size <= _MOST_DAYS else 0

    def _take(self, days: list[date], place: int, day_place: int) -> bool:
        found = {day: stretches for day in days if (stretches := self._on(day))}
        self._days[day_place:day_place] = found
        self._opens[place:place] = [begin for stretches in found.values() for begin, _ in stretches]
        self._closes[place:place] = [end for stretches in found.values() for _, end in stretches]
        self._after = list(accumulate(end - begin for begin, end in zip(self._opens, self._closes, strict=True)))
        self._before = [_ZERO, *self._after[:-1]] if self._after else []
        first, last = self._known or (date.min, date.min)
        self._since = datetime(first.year, first.month, first.day, tzinfo=UTC) + _EDGE
        self._until = datetime(last.year, last.month, last.day, tzinfo=UTC) - _EDGE
        self._told = self._told and self._in_order(first, last)
        return self._told

    def _in_order(self, first: date, last: date) -> bool:
        gaps = pairwise([first, *self._days, last])
        opened = all(end <= begin for end, begin in zip(self._closes, self._opens[1:], strict=False))
        return opened and all((later - day).days < _LONGEST_GAP for day, later in gaps)
