"""Working time between many pairs of moments: summed up once, then looked up."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta

from complaints.calendars import Calendar, open_stretches

_ZERO = timedelta()


class Worktime:
    """The working time of a calendar from `since` to `until`, summed up so that each question is two look-ups.

    It answers what complaints.calendars.between does, which walks over all days in between for each question.
    """

    def __init__(self, calendar: Calendar, since: datetime, until: datetime) -> None:
        self._opens: list[datetime] = []
        self._closes: list[datetime] = []
        self._before: list[timedelta] = []
        total = _ZERO
        for opens, closes in open_stretches(calendar, since, until):
            self._opens.append(opens)
            self._closes.append(closes)
            self._before.append(total)
            total += closes - opens

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`, both within the stretch that is summed up."""
        return self._until(end) - self._until(start)

    def _until(self, moment: datetime) -> timedelta:
        place = bisect_right(self._opens, moment) - 1
        if place < 0:
            return _ZERO
        return self._before[place] + min(moment, self._closes[place]) - self._opens[place]
