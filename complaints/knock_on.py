"""Knock-on breaches: by when a blocker must answer so that a date which the customer was given can still be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints import notices
from complaints.calendars import ALWAYS, Calendar, between, shift
from complaints.clocks import next_duty
from complaints.holding import in_place_of_owner
from complaints.notices import Foretold
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Clock, ClockName, State, Ticket

PROMISED = "promised date"

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnockOn:
    """What a ticket's waiting does to the date that its customer was given.

    `by` is the latest answer of `waits_for` (a name, or a ticket's reference) with which `date` can be kept; `what` is
    “promised date” or the name of the rule that sets it; `due` says that the owner (`to`) is to be told now, else it is
    looked at again at `look_again_at`, if ever. They are to be told at `tell_at`, once (`said`).
    """

    by: datetime
    waits_for: str
    date: datetime
    what: str
    clock: ClockName
    to: str
    due: bool
    look_again_at: datetime | None
    tell_at: datetime
    said: bool

    @property
    def step(self) -> str:
        """The key under which the ticket remembers that its owner was told of this date."""
        return f"knock-on:{self.date.isoformat()}"


def customers_date(ticket: Ticket, now: datetime) -> tuple[datetime, str, ClockName] | None:
    """The first date still ahead that a blocked ticket's customer was given: when, by what, and its clock.

    It is a promise that stands, or a regulatory clock; neither waits for a blocker. None for a ticket that is not
    blocked or has no such date.
    """
    if ticket.state is not State.BLOCKED:
        return None
    dates: list[tuple[datetime, str, ClockName]] = []
    if ticket.promise is not None and ticket.promise.until > now:
        dates.append((ticket.promise.until, PROMISED, "promise"))
    duty = next_duty(ticket, now)
    if duty is not None and duty.regulation is not None and duty.due_at > now:
        dates.append((duty.due_at, duty.regulation.name, duty.name))
    return min(dates, key=lambda date: date[0], default=None)


def foretell(ticket: Ticket, line: Sequence[Ticket], presence: Presence, now: datetime) -> KnockOn | None:
    """By when the blocker must answer, and whether to tell the owner; None where no date of the customer’s waits.

    `line` are the tickets that this one waits for, each blocked by the next. The owner is told once for each date: as
    soon as the answer is expected too late, else when the latest answer is a working day away and nothing has moved.
    """
    found = customers_date(ticket, now)
    if found is None:
        return None
    date, what, clock = found
    organisation = presence.organisation
    by = _latest(ticket, line, organisation, date)
    expected = _expected(ticket, line)
    warn_at = _working_day_before(organisation.calendar_of_team(ticket.team), by)
    said = any(taken.step == f"knock-on:{date.isoformat()}" for taken in ticket.taken)
    late = expected is not None and expected > by
    due = not said and (late or warn_at <= now)
    return KnockOn(
        by=by, waits_for=_name(ticket, line, organisation), date=date, what=what, clock=clock,
        to=in_place_of_owner(ticket, presence, now), due=due, look_again_at=None if said or due else warn_at,
        tell_at=_blocked_at(ticket, now) if late else warn_at, said=said,
    )  # fmt: skip


def notice(ticket: Ticket, found: KnockOn, now: datetime) -> Foretold:
    """What the owner is told of a knock-on breach."""
    return Foretold(
        ticket=ticket.number, audience=notices.person(found.to), by=found.by, waits_for=found.waits_for,
        date=found.date, what=found.what, step=found.step, clock=found.clock, due_at=found.date,
        passed=found.by <= now,
        because=f"{found.waits_for} may answer too late to keep the {_date(found.what)}",
    )  # fmt: skip


def still_true(said: Foretold, ticket: Ticket, line: Sequence[Ticket], presence: Presence, now: datetime) -> str | None:
    """None when what was foretold is still so as of `now`, else why it must not go out as it is (rule 11)."""
    found = foretell(ticket, line, presence, now)
    if found is None or found.date != said.date:
        return f"no such date of {ticket.ref} depends on an answer any more"
    if (found.by, found.waits_for) != (said.by, said.waits_for):
        return f"{ticket.ref} waits for another answer, or for one by another time"
    if notices.person(found.to) != said.audience:
        return "somebody else owns it now"
    if ticket.severity is not Severity.CRITICAL and presence.here_from(found.to, now) > now:
        return f"it is outside {presence.organisation.name(found.to)}’s working hours by now"
    return None


def _blocked_at(ticket: Ticket, now: datetime) -> datetime:
    clock = ticket.clock("unblock")
    return clock.started_at if clock is not None else now


def _date(what: str) -> str:
    return what if what == PROMISED else f"date of {what}"


def _latest(ticket: Ticket, line: Sequence[Ticket], organisation: Organisation, date: datetime) -> datetime:
    """The customer's date less the working time that each of the waiting tickets still has to itself.

    Where that much time was not left even as it was blocked, the clock to resolve says nothing, and the date stands.
    """
    by = date
    for waiting in (one for one in (ticket, *line) if one.state is State.BLOCKED):
        clock = waiting.clock("resolve")
        calendar = organisation.calendar_of_team(waiting.team)
        if clock is not None and clock.stopped_at is None:
            counted = ALWAYS if clock.calendar else calendar
            by = shift(counted, by, -max(_left(clock, waiting, counted), timedelta()))
    since = ticket.clock("unblock")
    return by if since is None or by > since.started_at else date


def _left(clock: Clock, waiting: Ticket, counted: Calendar) -> timedelta:
    """What a clock has left: as it was paused, else as it stood when the ticket was blocked."""
    if clock.left is not None:
        return clock.left
    since = waiting.clock("unblock")
    return between(counted, since.started_at, clock.due_at) if since is not None else timedelta()


def _expected(ticket: Ticket, line: Sequence[Ticket]) -> datetime | None:
    """When the last one in the line is to answer: its promise or its clock to resolve, or the clock to unblock."""
    last = (ticket, *line)[-1]
    if last.state is not State.BLOCKED and last.promise is not None:
        return last.promise.until
    clock = last.clock("unblock" if last.state is State.BLOCKED else "resolve")
    return clock.due_at if clock is not None and clock.running else None


def _name(ticket: Ticket, line: Sequence[Ticket], organisation: Organisation) -> str:
    last = (ticket, *line)[-1]
    if last.blocked is None:
        return last.ref
    return organisation.name(last.blocked.what) if last.blocked.by in ("team", "person") else last.blocked.what


def _working_day_before(calendar: Calendar, at: datetime) -> datetime:
    """The same time of the working day before: as much working time earlier as that last day has."""
    last = shift(calendar, at, -_MINUTE).astimezone(calendar.zone)
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
    return shift(calendar, at, -between(calendar, midnight, midnight + _DAY))
