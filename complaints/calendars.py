"""Working-time arithmetic: when a calendar is open, and where so much working time leads.

Windows are local wall time and half open: a day of 09:00-17:00 is open at 09:00 and no longer at 17:00.
A moment is open exactly when the wall clock of the calendar's zone stands inside a window, so a window over
the hour that is skipped in spring is shorter, and one over the hour that comes twice in autumn is longer.
Amounts are elapsed time. Moments come in as aware datetimes of any zone (a naive one is a ValueError) and go
out in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache, partial
from itertools import islice, pairwise
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries

from complaints.almanac import Almanac

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH_DAYS: Final = 400
YEARS_IN_ERA: Final = 16
MINUTES_IN_DAY: Final = 24 * 60

_ZERO: Final = timedelta(0)
_SECOND: Final = timedelta(seconds=1)
_ONE_DAY: Final = timedelta(days=1)
_WINDOW: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*-\s*([0-9]{1,2}):([0-5][0-9])")

Stretch: TypeAlias = tuple[datetime, datetime]  # UTC, half open


class NeverOpen(ValueError):
    """The calendar stays closed for 400 days in a row; give it hours, or remove some of its closed days."""


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `start_minute` until just before `end_minute`: minutes of the local day, 1440 for 24:00."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_IN_DAY:
            raise ValueError(
                f"found {self}; a window must open before it closes, between 00:00 and 24:00 of one day. "
                "Overnight windows are not supported: close one day at 24:00 and open the next at 00:00"
            )

    def __str__(self) -> str:
        minutes = (self.start_minute, self.end_minute)
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in minutes)


Hours: TypeAlias = tuple[tuple[Window, ...], ...]


@dataclass(frozen=True)
class Calendar:
    """When a team works: the windows of a week in a zone, less public holidays and closed days.

    `hours` are seven days, Monday first, each day's windows sorted and apart, as `parse_hours` returns them;
    `holidays` are codes as `check_holidays` accepts them, `closed` are local dates.
    """

    zone: ZoneInfo
    hours: Hours
    holidays: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.hours) != len(DAYS):
            raise ValueError(f"found hours for {len(self.hours)} days; a calendar has 7, Monday first")

    def almanac(self, year: int) -> Almanac:
        """What is known of when it is open around a year; those of far years don't burden that of this one."""
        era = year // YEARS_IN_ERA
        return self._eras.get(era) or self._eras.setdefault(era, Almanac(self.zone, _diary(self)))

    def __reduce__(self) -> tuple[type[Calendar], tuple[object, ...]]:
        """Only what it says: what it has worked out stays in the process that did."""
        return Calendar, tuple(getattr(self, one.name) for one in fields(self))

    @cached_property
    def _eras(self) -> dict[int, Almanac]:
        return _shared_eras(self)


ALWAYS: Final = Calendar(ZoneInfo("UTC"), ((Window(0, MINUTES_IN_DAY),),) * len(DAYS))


def parse_hours(mapping: Mapping[str, str | Sequence[str]]) -> Hours:
    """Return a week's windows from {"mon-fri": "09:00-17:30", "sat": ["10:00-12:00", "13:00-15:00"]}.

    Ranges may wrap ("fri-mon"), later keys override earlier ones, "closed" or an empty list opens no window,
    and days that are not named are closed. Raises ValueError saying what was found and what is allowed.
    """
    week: list[tuple[Window, ...]] = [()] * len(DAYS)
    for key, value in mapping.items():
        try:
            windows = _parse_windows(value)
            for day in _parse_days(key):
                week[day] = windows
        except ValueError as error:
            raise ValueError(f"hours of {key!r}: {error}") from error
    if not any(week):
        raise ValueError("found no open window on any day; allowed are hours that open on at least one day")
    return tuple(week)


def _parse_days(text: str) -> list[int]:
    names = [name.strip() for name in text.lower().split("-")]
    if len(names) > 2 or not set(names) <= set(DAYS):
        raise ValueError(f"found day {text!r}; allowed are {', '.join(DAYS)}, or a range such as mon-fri")
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return [(first + step) % len(DAYS) for step in range((last - first) % len(DAYS) + 1)]


def _parse_windows(value: str | Sequence[str]) -> tuple[Window, ...]:
    texts = [value] if isinstance(value, str) else list(value)
    if texts == ["closed"]:
        return ()
    windows = tuple(sorted(map(_parse_window, texts), key=lambda window: window.start_minute))
    for one, two in pairwise(windows):
        if two.start_minute < one.end_minute:
            raise ValueError(f"found {one} and {two}; allowed are windows that do not overlap")
    return windows


def _parse_window(text: str) -> Window:
    match = _WINDOW.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"found {text!r}; allowed are a window such as '09:00-17:30', a list, or 'closed'")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    return Window(start_hour * 60 + start_minute, end_hour * 60 + end_minute)


def check_holidays(code: str) -> None:
    """Raise ValueError, naming the allowed forms, unless the `holidays` package knows the code."""
    countries = list_supported_countries(include_aliases=False)
    country, dash, subdivision = code.partition("-")
    if country not in countries:
        raise ValueError(
            f"found holidays {code!r}; allowed is a country's two-letter code, alone or with a subdivision, "
            "such as 'GB', 'GB-ENG', 'US-CA' or 'DE-BY'"
        )
    if dash and subdivision not in countries[country]:
        known = ", ".join(f"{country}-{name}" for name in countries[country])
        raise ValueError(f"found holidays {code!r}; allowed are {country}{known and ', ' + known}")


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Return whether `at` lies inside a window of a day that is not a holiday."""
    at = in_utc(at)
    found = calendar.almanac(at.year).is_open(at)
    if found is not None:
        return found
    return any(begin <= at < end for begin, end in _diary(calendar)(_local_date(calendar, at)))


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """Return `at` when the calendar is open then, otherwise the next opening moment; raises NeverOpen."""
    at = in_utc(at)
    return calendar.almanac(at.year).next_open(at) or next(_ahead(calendar, at))[0]


def shift(calendar: Calendar, at: datetime, amount: timedelta) -> datetime:
    """Return the moment that lies `amount` of working time after `at`, or before it when negative.

    Forwards from a closed moment counts from the next opening, backwards from the last closing. An amount
    that is used up just at closing time gives that closing moment (backwards: the opening). Zero gives `at`.
    Raises NeverOpen.
    """
    at = in_utc(at)
    if not amount:
        return at
    found = calendar.almanac(at.year).shift(at, amount)
    if found is not None:
        return found
    return _backwards(calendar, at, -amount) if amount < _ZERO else _forwards(calendar, at, amount)


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the working time from `start` to `end`, negative when `end` comes first."""
    start, end = in_utc(start), in_utc(end)
    if end < start:
        return -between(calendar, end, start)
    found = calendar.almanac(start.year).between(start, end)
    if found is not None:
        return found
    diary, day, last = _diary(calendar), _local_date(calendar, start), _local_date(calendar, end)
    total = _ZERO
    while day <= last:
        for opens, closes in diary(day):
            total += max(_ZERO, min(closes, end) - max(opens, start))
        day += _ONE_DAY
    return total


def open_stretches(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield, in order, when the calendar is open from `start` to `end`, the first and last stretch cut to fit."""
    start, end = in_utc(start), in_utc(end)
    diary, day, last = _diary(calendar), _local_date(calendar, start), _local_date(calendar, end)
    while day <= last:
        for opens, closes in diary(day):
            begin, until = max(opens, start), min(closes, end)
            if begin < until:
                yield begin, until
        day += _ONE_DAY


def same_time_after(calendar: Calendar, at: datetime, days: int) -> datetime:
    """Return the same local wall time `days` working days after `at`, or after the next opening if closed.

    Where that day's windows do not contain the wall time, the nearest moment of them is taken, closing
    moments included, and of two equally near the earlier. A wall time that the clocks skip moves on by what
    is skipped, and of one that comes twice the first is taken, as in RFC 5545. Raises NeverOpen, and
    ValueError for fewer than 1 day.
    """
    local = next_open(calendar, at).astimezone(calendar.zone)
    if days < 1:
        raise ValueError(f"found {days} working days; allowed is 1 or more")
    day, stretches = _open_day_after(calendar, local.date(), days)
    wanted = datetime.combine(day, local.time().replace(fold=0), calendar.zone).astimezone(UTC)
    return min(
        (max(begin, min(wanted, end)) for begin, end in stretches),
        key=lambda moment: abs(moment - wanted),
    )


def working_day_after(calendar: Calendar, day: date, days: int) -> date:
    """Return the local date of the working day that comes `days` working days after a date, which need not be one.

    Raises NeverOpen, and ValueError for fewer than 1 day.
    """
    if days < 1:
        raise ValueError(f"found {days} working days; allowed is 1 or more")
    return _open_day_after(calendar, day, days)[0]


def closing(calendar: Calendar, day: date) -> datetime | None:
    """Return when the calendar closes on a local date, or None on a day on which it does not open."""
    stretches = _diary(calendar)(day)
    return stretches[-1][1] if stretches else None


def working_days_in_week(calendar: Calendar) -> int:
    """Return on how many days of an ordinary week the calendar opens, 0 to 7."""
    return sum(1 for windows in calendar.hours if windows)


def in_utc(at: datetime) -> datetime:
    """Return the same moment in UTC; raises ValueError when `at` is naive."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ValueError(f"found {at.isoformat()} without a time zone; allowed are aware datetimes")
    return at.astimezone(UTC)


def _open_day_after(calendar: Calendar, day: date, days: int) -> tuple[date, tuple[Stretch, ...]]:
    found = calendar.almanac(day.year).open_day(day, days)
    if found is not None:
        return found, _diary(calendar)(found)
    return next(islice(_open_days(calendar, day + _ONE_DAY, _ONE_DAY), days - 1, None))


def _local_date(calendar: Calendar, at: datetime) -> date:
    return at.astimezone(calendar.zone).date()


def _forwards(calendar: Calendar, at: datetime, left: timedelta) -> datetime:
    stretches = _ahead(calendar, at)
    begin, end = next(stretches)
    while end - begin < left:
        left -= end - begin
        begin, end = next(stretches)
    return begin + left


def _backwards(calendar: Calendar, at: datetime, left: timedelta) -> datetime:
    stretches = _behind(calendar, at)
    begin, end = next(stretches)
    while end - begin < left:
        left -= end - begin
        begin, end = next(stretches)
    return end - left


def _ahead(calendar: Calendar, at: datetime) -> Iterator[Stretch]:
    """Yield, without end, the open stretches after `at`, the first one cut to begin no earlier."""
    for _, stretches in _open_days(calendar, _local_date(calendar, at), _ONE_DAY):
        for begin, end in stretches:
            if at < end:
                yield max(begin, at), end


def _behind(calendar: Calendar, at: datetime) -> Iterator[Stretch]:
    """Yield, without end, the open stretches before `at`, latest first, the first one cut to end no later."""
    for _, stretches in _open_days(calendar, _local_date(calendar, at), -_ONE_DAY):
        for begin, end in reversed(stretches):
            if begin < at:
                yield begin, min(end, at)


def _open_days(calendar: Calendar, day: date, step: timedelta) -> Iterator[tuple[date, tuple[Stretch, ...]]]:
    """Yield, without end, the open days from `day` on and their stretches; raises NeverOpen."""
    diary, idle = _diary(calendar), 0
    while idle < SEARCH_DAYS:
        stretches = diary(day)
        idle = 0 if stretches else idle + 1
        if stretches:
            yield day, stretches
        day += step
    raise NeverOpen(
        f"the calendar in {calendar.zone.key} is closed for {SEARCH_DAYS} days in a row before or after "
        f"{day.isoformat()}; give it hours, or remove some of its closed days"
    )


@lru_cache(maxsize=256)
def _shared_eras(calendar: Calendar) -> dict[int, Almanac]:
    """Return the almanacs of a calendar, the same for all calendars that are equal."""
    return {}


@lru_cache(maxsize=256)
def _diary(calendar: Calendar) -> Callable[[date], tuple[Stretch, ...]]:
    """Return the calendar's own cached look-up: a question then hashes the calendar once, not once a day."""
    return lru_cache(maxsize=8192)(partial(_stretches_on, calendar))


def _stretches_on(calendar: Calendar, day: date) -> tuple[Stretch, ...]:
    """Return, in order, when the calendar is open on a local date."""
    if day in calendar.closed or any(day in _public_holidays(code, day.year) for code in calendar.holidays):
        return ()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = []
    for since, until, offset in _offsets_around(calendar.zone, midnight):
        for window in calendar.hours[day.weekday()]:
            begin = max(since, midnight + timedelta(minutes=window.start_minute) - offset)
            end = min(until, midnight + timedelta(minutes=window.end_minute) - offset)
            if begin < end:
                found.append((begin, end))
    return tuple(found)


def _offsets_around(zone: ZoneInfo, midnight: datetime) -> list[tuple[datetime, datetime, timedelta]]:
    """Return the offsets (since, until, offset) in force around the local date that `midnight` (UTC) names.

    Local dates lie between UTC+14 and UTC-12, and no zone changes its clocks twice in two days.
    """
    since, until = midnight - timedelta(hours=15), midnight + timedelta(hours=37)
    before, after = _offset(zone, since), _offset(zone, until)
    if before == after:
        return [(since, until, before)]
    early, late = since, until
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
    return [(since, late, before), (late, until, after)]


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).replace(tzinfo=UTC) - at


@lru_cache(maxsize=4096)
def _public_holidays(code: str, year: int) -> frozenset[date]:
    check_holidays(code)
    country, _, subdivision = code.partition("-")
    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
