"""Who is away when, and who holds meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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


@dataclass(frozen=True, slots=True)
class Presence:
    """The organisation's people as they are here or away."""

    organisation: Organisation
    leaves: tuple[Leave, ...] = ()
    preferences: Mapping[str, Preference] = field(default_factory=dict)
    zone_of_account: Callable[[str], ZoneInfo | None] = lambda _: None
    """The time zone that the platform knows of somebody whom the file does not list (`slack:U…`), or None."""

    def calendar_of(self, person: str) -> Calendar:
        """A person's working time: as the file says, else the organisation's hours and holidays in their own zone."""
        calendar = self.organisation.calendar_of(person)
        if self.organisation.person(person) is not None:
            return calendar
        zone = self.zone_of_account(person)
        return calendar if zone is None else replace(calendar, zone=zone)

    def zone_of(self, person: str) -> ZoneInfo:
        """The time zone in which a person reads times."""
        return self.calendar_of(person).zone

    def away_until(self, person: str, at: datetime) -> datetime | None:
        """The end of the absence that a person is in at `at`, or None when they are here."""
        ends = [end for start, end, _ in self._absences(person) if start <= at < end]
        return max(ends, default=None)

    def stand_in(self, person: str, at: datetime) -> str:
        """The person who holds for `person` at `at`: themselves, or the first deputy along the line who is here.

        Where the whole line is away the person stays the holder, because somebody must be (rule 1).
        """
        last = self.line(person, at)[-1]
        return last if self.away_until(last, at) is None else person

    def line(self, person: str, at: datetime) -> tuple[str, ...]:
        """The people whose coming and going decides who holds for `person`: they, and those who stand in, in order."""
        line: list[str] = []
        current: str | None = person
        while current is not None and current not in line:
            line.append(current)
            current = self._deputy(current, at) if self.away_until(current, at) is not None else None
        return tuple(line)

    def next_change(self, person: str, at: datetime) -> datetime | None:
        """The first moment after `at` at which an absence of a person begins or ends, or None."""
        moments = (moment for start, end, _ in self._absences(person) for moment in (start, end))
        return min((moment for moment in moments if moment > at), default=None)

    def at_work(self, person: str, at: datetime) -> bool:
        """Whether a person is here and within their working hours."""
        return self.away_until(person, at) is None and is_open(self.calendar_of(person), at)

    def reachable_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on within a person's working hours (rule 3: never at night)."""
        return next_open(self.calendar_of(person), at)

    def here_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on at which a person is neither away nor out of hours."""
        found = self.reachable_from(person, at)
        while (back := self.away_until(person, found)) is not None:
            found = self.reachable_from(person, back)
        return found

    def day_of(self, person: str, at: datetime) -> date:
        """The person's local date."""
        return at.astimezone(self.zone_of(person)).date()

    def bundle_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on at which a person's bundle of a day goes out (rule 5).

        On every day on which they are at work: at the time they chose, or as they begin where that is out of hours.
        """
        wanted = self.bundle_time(person)
        day = self.day_of(person, at)
        while True:
            opens = self.here_from(person, max(at, self.midnight(person, day)))
            day = self.day_of(person, opens)
            moment = self._bundle_on(person, day, wanted)
            if moment is not None and moment >= at:
                return moment
            day += timedelta(days=1)

    def bundle_time(self, person: str) -> time:
        """The local time at which a person wants their bundle: as they chose in chat, else as the file says."""
        chosen, listed = self._chosen(person).bundle_at, self.organisation.person(person)
        if chosen is not None:
            return chosen
        return time.fromisoformat((listed.bundle_at if listed else None) or self.organisation.nudges.bundle_at)

    def platform(self, person: str) -> Platform | None:
        """The platform on which a person wants to hear, as they chose in chat, else as the file says; or None."""
        listed = self.organisation.person(person)
        return self._chosen(person).platform or (listed.channel if listed else None)

    def early(self, person: str) -> bool:
        """Whether a person wants reminders before a clock has run out."""
        return self._chosen(person).early

    def midnight(self, person: str, day: date) -> datetime:
        """The moment at which a person's local day begins."""
        return datetime.combine(day, time(), self.zone_of(person)).astimezone(UTC)

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
        for start, end, deputy in self._absences(person):
            if start <= at < end and deputy is not None:
                return deputy
        listed = self.organisation.person(person)
        return listed.deputy if listed else None

    def _absences(self, person: str) -> list[tuple[datetime, datetime, str | None]]:
        announced = [(leave.start, leave.until, leave.deputy) for leave in self.leaves if leave.person == person]
        return [*announced, *self.organisation.days_off(person)]
