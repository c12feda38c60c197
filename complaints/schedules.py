"""When something that comes every day, week or month is due, on the wall clock of its reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from complaints.calendars import Calendar, closing
from complaints.summary import Every

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MORNING = "08:30"
"""When a digest comes where nobody says otherwise."""
SUCH_AS = "`/complaint digest subscribe payments daily at 07:30`"
"""How one asks for a digest."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every working day, every week on one weekday (0 is Monday), or on the first of every month, at a local time.

    Working days are those of its reader's calendar; without one it is every day.
    A wall time that the clocks skip moves on by what is skipped, and of one that comes twice the first is taken, as in
    RFC 5545.
    """

    every: Every
    weekday: int
    at: time
    zone: ZoneInfo
    calendar: Calendar | None = None

    def following(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC."""
        return next(due for day in self._days(moment, 1) if (due := self._on(day)) > moment)

    def latest(self, moment: datetime) -> datetime:
        """The last time up to and including a moment, in UTC."""
        return next(due for day in self._days(moment, -1) if (due := self._on(day)) <= moment)

    def before(self, moment: datetime) -> datetime:
        """The last time before a moment, in UTC."""
        return self.latest(moment - timedelta(microseconds=1))

    def since(self, moment: datetime) -> datetime:
        """One day, week or month before a moment by the wall clock: where a window that ends there begins."""
        local = moment.astimezone(self.zone)
        day = local.date()
        if self.every == "monthly":
            last_month = day.replace(day=1) - timedelta(days=1)
            day = last_month.replace(day=min(day.day, last_month.day))
        else:
            day -= timedelta(days=1 if self.every == "daily" else 7)
        return datetime.combine(day, local.time(), self.zone).astimezone(UTC)

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def _days(self, moment: datetime, step: int) -> Iterator[date]:
        """The days on which it may be due, from a moment on in one direction; one more, as zones differ by a day."""
        day = moment.astimezone(self.zone).date() - timedelta(days=step)
        while True:
            if self._fits(day):
                yield day
            day += timedelta(days=step)

    def _fits(self, day: date) -> bool:
        match self.every:
            case "daily":
                return self.calendar is None or closing(self.calendar, day) is not None
            case "weekly":
                return day.weekday() == self.weekday
            case "monthly":
                return day.day == 1


def time_of_day(text: str) -> time:
    """The time of day that a text such as “08:30” names."""
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))
