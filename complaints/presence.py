"""Who is away when, and who holds meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from complaints.calendars import is_open, next_open
from complaints.organisation import Absence, Organisation


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

    def away_until(self, person: str, at: datetime) -> datetime | None:
        """The end of the absence that a person is in at `at`, or None when they are here."""
        ends = [end for start, end, _ in self._absences(person) if start <= at < end]
        return max(ends, default=None)

    def stand_in(self, person: str, at: datetime) -> str:
        """The person who holds for `person` at `at`: themselves, or the first deputy along the line who is here.

        Where the whole line is away the person stays the holder, because somebody must be (rule 1).
        """
        seen: list[str] = []
        current: str | None = person
        while current is not None and current not in seen:
            if self.away_until(current, at) is None:
                return current
            seen.append(current)
            current = self._deputy(current, at)
        return person

    def at_work(self, person: str, at: datetime) -> bool:
        """Whether a person is here and within their working hours."""
        return self.away_until(person, at) is None and is_open(self.organisation.calendar_of(person), at)

    def reachable_from(self, person: str, at: datetime) -> datetime:
        """The first moment from `at` on within a person's working hours (rule 3: never at night)."""
        return next_open(self.organisation.calendar_of(person), at)

    def _deputy(self, person: str, at: datetime) -> str | None:
        for start, end, deputy in self._absences(person):
            if start <= at < end and deputy is not None:
                return deputy
        listed = self.organisation.person(person)
        return listed.deputy if listed else None

    def _absences(self, person: str) -> list[tuple[datetime, datetime, str | None]]:
        announced = [(leave.start, leave.until, leave.deputy) for leave in self.leaves if leave.person == person]
        listed = self.organisation.person(person)
        return announced + ([self._days(person, absence) for absence in listed.away] if listed else [])

    def _days(self, person: str, absence: Absence) -> tuple[datetime, datetime, str | None]:
        zone = self.organisation.zone_of(person)
        start = datetime.combine(absence.from_, time(), zone)
        end = datetime.combine(absence.until + timedelta(days=1), time(), zone)
        return start, end, absence.deputy
