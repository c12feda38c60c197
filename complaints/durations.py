"""Durations as people write them in the configuration: "4h", "3d", "8w calendar"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, TypeAlias, cast

from complaints.calendars import Calendar, in_utc, same_time_after, shift, working_days_in_week

Unit: TypeAlias = Literal["m", "h", "d", "w"]

LONGEST: Final = timedelta(days=3650)

_LENGTHS: Final[dict[Unit, timedelta]] = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_NAMES: Final[dict[Unit, str]] = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
_DURATION: Final = re.compile(r"([0-9]{1,7})([mhdw])(?:\s+(calendar|working))?")
_ALLOWED: Final = (
    "allowed is a whole number from 1 with m, h, d or w, in working time unless 'calendar' follows, "
    "such as '15m', '4h', '3d' or '8w calendar', and at most 3650 days"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """So many minutes, hours, days or weeks of working time, or of calendar time when `calendar` is set.

    Raises ValueError unless `amount` is positive and the whole, as elapsed time, is at most 3650 days.
    """

    amount: int
    unit: Unit
    calendar: bool = False

    def __post_init__(self) -> None:
        if self.amount < 1 or self.length > LONGEST:
            raise ValueError(f"found {str(self)!r}; {_ALLOWED}")

    @property
    def length(self) -> timedelta:
        """The amount as elapsed time, a day being 24 hours."""
        return self.amount * _LENGTHS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}{' calendar' if self.calendar else ''}"


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """Return the duration written as "15m", "4h", "3d working" or "8w calendar"; working time is the default.

    Raises ValueError saying what was found and what is allowed.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"found {text[:40]!r}; {_ALLOWED}")
    amount, unit, kind = match.groups()
    return Duration(int(amount), cast("Unit", unit), calendar=kind == "calendar")


def after(start: datetime, duration: Duration, calendar: Calendar) -> datetime:
    """Return the UTC moment at which `duration` has passed since `start`.

    Working minutes and hours run while the calendar is open; working days lead to the same local time, and a
    working week is as many of them as the calendar's week has. Calendar minutes and hours are elapsed time;
    calendar days and weeks lead to the same local wall time, open or not. Raises NeverOpen, and ValueError
    when `start` is naive.
    """
    if duration.calendar:
        return _calendar_time_after(in_utc(start), duration, calendar)
    if duration.unit in ("m", "h"):
        return shift(calendar, start, duration.length)
    days = working_days_in_week(calendar) if duration.unit == "w" else 1
    return same_time_after(calendar, start, duration.amount * days)


def _calendar_time_after(start: datetime, duration: Duration, calendar: Calendar) -> datetime:
    if duration.unit in ("m", "h"):
        return start + duration.length
    # Python adds to an aware datetime by its wall clock, which is what a calendar day means, and sets fold to 0.
    return (start.astimezone(calendar.zone) + duration.length).astimezone(UTC)


def spoken(duration: Duration) -> str:
    """Return the duration in words: "4 working hours", "1 working day", in calendar time just "8 weeks"."""
    kind = "" if duration.calendar else "working "
    return f"{duration.amount} {kind}{_NAMES[duration.unit]}{'' if duration.amount == 1 else 's'}"
