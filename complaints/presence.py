"""Who is away when, and who holds meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from complaints.almanac import LocalDay
from complaints.calendars import Calendar, is_open, next_open
from complaints.organisation import Organisation
from complaints.preferences import Platform, Preference


@dataclass(frozen=True, slots=True)
class Leave:
    """An absence that somebody announced in chat: [start, until), with the deputy they named, if any."""

    person: str
    start: datetime
    until: datetime
    deputy: str | None = None


_ONE_DAY = timedelta(days=1)

Absence = tuple[datetime, datetime, str | None]
"""From when, until when, and who steps in, if that is said."""


class Known(NamedTuple):
    """What is known of one person, looked up once: when they work, when they are away, when they want their bundle."""

    calendar: Calendar
    absences: tuple[Absence, ...]
    wanted: time
    early: bool


@dataclass(frozen=True)
class Presence:
    """The organisation's people as they are here or away."""

    organisation: Organisation
    leaves: tuple[Leave, ...] = ()
    preferences: Mapping[str, Preference] = field(default_factory=dict)
    zone_of_account: Callable[[str], ZoneInfo | None] = lambda _: None
    """The time zone that the platform knows of somebody whom the file does not list (`slack:U…`), or None."""

    def calendar_of(self, person: str) -> Calendar:
        """A person's working time: as the file says, else the organisation's hours and holidays in their own zone."""
        return self._people[person].calendar

    def zone_of(self, person: str) -> ZoneInfo:
        """The time zone in which a person reads times."""
        return self.calendar_of(person).zone

    def away_until(self, person: str, at: datetime) -> datetime | None:
        """The end of the absence that a person is in at `at`, or None when they are here."""
        absences = self._people[person].absences
        return max((end for start, end, _ in absences if start <= at < end), default=None) if absences else None

    def stand_in(self, person: str, at: datetime) -> str:
        """The person who holds for `person` at `at`: themselves, or the first deputy along the line who is here.

        Where the whole line is away the person stays the holder, because somebody must be (rule 1).
        """
        last = self.line(person, at)[-1]
        return last if self.away_until(last, at) is None else person

    def line(self, person: str, at: datetime) -> tuple[str, ...]:
        """The people whose coming and going decides who holds for `person`: they, and those who stand in, in order."""
        if not self._people[person].absences:
            return (person,)
        line: list[str] = []
        current: str | None = person
        while current is not None and current not in line:
            line.append(current)
            current = self._deputy(current, at) if self.away_until(current, at) is not None else None
        return tuple(line)

    def next_change(self, person: str, at: datetime) -> datetime | None:
        """The first moment after `at` at which an absence of a person begins or ends, or None."""
        absences = self._people[person].absences
        if not absences:
            return None
        return min((moment for start, end, _ in absences for moment in (start, end) if moment > at), default=None)

    def at_work(self, person: str, at: datetime) -> bool:
        """Whether a person is here and within their working hours."""
        return self.away_until(person, at) is None and is_open(self._people[person].calendar, at)

    def reachable_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on within a person's working hours (rule 3: never at night)."""
        return next_open(self._people[person].calendar, at)

    def here_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on at which a person is neither away nor out of hours."""
        calendar, absences, _, _ = self._people[person]
        found = next_open(calendar, at)
        while absences and (back := self.away_until(person, found)) is not None:
            found = next_open(calendar, back)
        return found

    def day_of(self, person: str, at: datetime) -> date:
        """The person's local date."""
        return at.astimezone(self._people[person].calendar.zone).date()

    def local_day(self, person: str, at: datetime) -> LocalDay:
        """The person's day in which a moment lies."""
        calendar = self._people[person].calendar
        day = at.astimezone(calendar.zone).date()
        return calendar.almanac(day.year).local_day(day)

    def bundle_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on at which a person's bundle of a day goes out (rule 5).

        On every day on which they are at work: at the time they chose, or as they begin where that is out of hours.
        """
        calendar, absences, wanted, _ = self._people[person]
        day = at.astimezone(calendar.zone).date()
        usual = _usual_bundle(calendar, day, wanted, at)
        if not absences:
            return usual
        midnight = self.midnight(person, day)
        if not any(start <= usual and midnight < end for start, end, _ in absences):
            return usual
        while True:
            opens = self.here_from(person, max(at, self.midnight(person, day)))
            day = self.day_of(person, opens)
            moment = self._bundle_on(person, day, wanted)
            if moment is not None and moment >= at:
                return moment
            day += _ONE_DAY

    def bundle_time(self, person: str) -> time:
        """The local time at which a person wants their bundle: as they chose in chat, else as the file says."""
        return self._people[person].wanted

    def platform(self, person: str) -> Platform | None:
        """The platform on which a person wants to hear, as they chose in chat, else as the file says; or None."""
        listed = self.organisation.person(person)
        return self._chosen(person).platform or (listed.channel if listed else None)

    def early(self, person: str) -> bool:
        """Whether a person wants reminders before a clock has run out."""
        return self._people[person].early

    def midnight(self, person: str, day: date) -> datetime:
        """The moment at which a person's local day begins."""
        return self._people[person].calendar.almanac(day.year).midnight(day)

    def _bundle_on(self, person: str, day: date, wanted: time) -> datetime | None:
        """When the bundle of a local day goes out; None on a day on which the person is not at work."""
        zone = self.zone_of(person)
        for begins in (wanted, time()):
            moment = self.here_from(person, datetime.combine(day, begins, zone).astimezone(UTC))
            if self.day_of(person, moment) == day:
                return moment
        return None

    def _chosen(self, person: str) -> Preference:
        return self.preferences.get(person) or Preference(person)

    def _deputy(self, person: str, at: datetime) -> str | None:
        for start, end, deputy in self._people[person].absences:
            if start <= at < end and deputy is not None:
                return deputy
        listed = self.organisation.person(person)
        return listed.deputy if listed else None

    def _look_up(self, person: str) -> Known:
        chosen, listed = self._chosen(person), self.organisation.person(person)
        wanted = (listed.bundle_at if listed else None) or self.organisation.nudges.bundle_at
        listed_off = ((s.astimezone(UTC), e.astimezone(UTC), who) for s, e, who in self.organisation.days_off(person))
        return Known(
            self._calendar(person),
            (*self._announced.get(person, ()), *listed_off),
            chosen.bundle_at if chosen.bundle_at is not None else _time_of_day(wanted),
            chosen.early,
        )

    def _calendar(self, person: str) -> Calendar:
        calendar = self.organisation.calendar_of(person)
        zone = self.zone_of_account(person) if self.organisation.person(person) is None else None
        return calendar if zone is None else _in_zone(calendar, zone)

    @cached_property
    def _people(self) -> _LookedUp:
        return _LookedUp(self._look_up)

    @cached_property
    def _announced(self) -> dict[str, list[Absence]]:
        announced: dict[str, list[Absence]] = {}
        for leave in self.leaves:
            announced.setdefault(leave.person, []).append((leave.start, leave.until, leave.deputy))
        return announced


class _LookedUp(dict[str, Known]):
    """What is known of each person, looked up as they are first asked for."""

    def __init__(self, look_up: Callable[[str], Known]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, person: str) -> Known:
        found = self[person] = self._look_up(person)
        return found


@lru_cache(maxsize=1024)
def _in_zone(calendar: Calendar, zone: ZoneInfo) -> Calendar:
    # The same one each time, because a calendar keeps what it has worked out.
    return replace(calendar, zone=zone)


_time_of_day = lru_cache(maxsize=1024)(time.fromisoformat)


def _usual_bundle(calendar: Calendar, day: date, wanted: time, at: datetime) -> datetime:
    """The first moment from `at`, on a local day, on at which a bundle goes out to somebody who is never away."""
    while True:
        bundles = calendar.almanac(day.year).bundles
        found = bundles.get((day, wanted))
        if found is None:
            found = bundles[day, wanted] = _first_bundle(calendar, day, wanted)
        if found >= at:
            return found
        day += _ONE_DAY


def _first_bundle(calendar: Calendar, day: date, wanted: time) -> datetime:
    """When the first bundle goes out from a local day on, to somebody who is never away."""
    while True:
        opens = next_open(calendar, calendar.almanac(day.year).midnight(day))
        day = opens.astimezone(calendar.zone).date()
        moment = next_open(calendar, datetime.combine(day, wanted, calendar.zone).astimezone(UTC))
        return moment if moment.astimezone(calendar.zone).date() == day else opens
