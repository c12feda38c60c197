"""Regulatory clocks as data: whose rule, how long, from when, until when, and what stops them.

The shipped profiles stand in profiles.toml beside this file; golddust.yml may add others or replace them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints import clocks
from complaints.calendars import Calendar, closing, in_utc, next_open, parse_hours, working_day_after
from complaints.durations import after
from complaints.policies import Length
from complaints.ticket import Clock, ClockName, Duty, Milestone, Regulation, Ticket

DUTIES: Final[Mapping[ClockName, str]] = {
    "receipt": "the acknowledgement", "early": "the early answer", "answer": "the final answer"
}  # fmt: skip
"""What the customer is owed, in words."""

LAST_MINUTE: Final = time(23, 59)
"""A day ends here, so that the date people read is that of the day itself."""

USUAL_CLOSE: Final = time(17)
BUSINESS_HOURS: Final = parse_hours({"mon-fri": "09:00-17:00"})
"""The business days of the rules, and their hours where the team itself does not work then."""


class RegulatoryClock(BaseModel):
    """One clock of a profile: how it is counted and what stops it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Duty
    """receipt: until the complaint is acknowledged. early: until an early answer. answer: until the final one."""
    length: Length
    """How long it runs; working days are Monday to Friday less the team's public holidays."""
    counts_from: Literal["moment", "day", "working day"] = "day"
    """The moment of receipt; the day of it, not counted itself; or that of the next working day, if out of hours."""
    ends: Literal["moment", "close", "midnight"] = "midnight"
    """At the same time of day, as the team closes on the last day, or as that day ends."""
    stops: Milestone = "told"
    """What stops it: acknowledged, resolved or told."""
    optional: bool = False
    """A chance, not a duty: once it has passed it is not late, and a promise may go beyond it."""

    @model_validator(mode="after")
    def _counts_what_it_says(self) -> RegulatoryClock:
        if self.counts_from != "moment" and self.length.unit in ("m", "h"):
            raise ValueError("allowed are minutes and hours together with `counts_from: moment`, else days or weeks")
        return self


class Profile(BaseModel):
    """The clocks that one rule sets for complaints."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Annotated[str, Field(min_length=1, max_length=40)]
    """What people call the rule, such as FCA DISP."""
    source: str = ""
    """Where it is written."""
    link: str = ""
    """The address of its official text."""
    clocks: tuple[RegulatoryClock, ...] = Field(min_length=1)
    """Its clocks, each duty at most once."""

    @model_validator(mode="after")
    def _each_duty_once(self) -> Profile:
        names = [clock.name for clock in self.clocks]
        if len(set(names)) != len(names):
            raise ValueError(f"found {', '.join(names)}; allowed is each clock once")
        return self


@cache
def shipped() -> Mapping[str, Profile]:
    """The profiles that come with Golddust, by their keys."""
    text = resources.files("complaints").joinpath("profiles.toml").read_text(encoding="utf-8")
    return {key: Profile.model_validate(value) for key, value in tomllib.loads(text).items()}


def due_at(terms: RegulatoryClock, received_at: datetime, calendar: Calendar) -> datetime:
    """The UTC moment at which a clock runs out for a complaint received at `received_at`; raises NeverOpen.

    `calendar` is the team's: it gives the zone, the public holidays and the hour at which a day closes.
    """
    business = _business(calendar)
    if terms.counts_from == "moment":
        return _end(terms, after(received_at, terms.length, business).astimezone(business.zone), business)
    received = in_utc(received_at) if terms.counts_from == "day" else next_open(business, received_at)
    local = received.astimezone(business.zone)
    last = datetime.combine(_last_day(terms, local.date(), business), local.time(), business.zone)
    return _end(terms, last, business)


def started(profiles: Iterable[tuple[str, Profile]], received_at: datetime, calendar: Calendar) -> tuple[Clock, ...]:
    """The clocks of these profiles (with their keys): of one duty the strictest, a duty before a mere chance."""
    strictest: dict[Duty, Clock] = {}
    for key, profile in profiles:
        for terms in profile.clocks:
            due = due_at(terms, received_at, calendar)
            regulation = Regulation(key, profile.name, terms.stops, terms.optional)
            clock = replace(clocks.until(terms.name, in_utc(received_at), due), regulation=regulation)
            known = strictest.setdefault(terms.name, clock)
            strictest[terms.name] = min(known, clock, key=lambda one: (one.optional, one.due_at))
    return tuple(strictest.values())


def with_missing(ticket: Ticket, profiles: Iterable[tuple[str, Profile]], calendar: Calendar) -> Ticket:
    """The ticket with the clocks of these profiles that it does not have; the ones it has stay as they are.

    They count from the day on which the complaint was received; an acknowledgement has been given where there was one.
    """
    known = {clock.name for clock in ticket.clocks}
    missing = tuple(clock for clock in started(profiles, ticket.received_at, calendar) if clock.name not in known)
    added = replace(ticket, clocks=(*ticket.clocks, *missing))
    seen = ticket.acknowledged_at
    return clocks.kept(added, "acknowledged", seen) if seen else added


def _business(calendar: Calendar) -> Calendar:
    """The rules' business days in the team's zone, with the team's hours where it works on them.

    A team of part-timers, or one that closes for a day out, must not thereby get more time than the rule gives.
    """
    hours = tuple(own or usual if usual else () for own, usual in zip(calendar.hours, BUSINESS_HOURS, strict=True))
    return replace(calendar, hours=hours, closed=frozenset())


def _last_day(terms: RegulatoryClock, received: date, business: Calendar) -> date:
    length = terms.length
    if length.calendar:
        return received + length.length
    return working_day_after(business, received, length.amount * (5 if length.unit == "w" else 1))


def _end(terms: RegulatoryClock, local: datetime, business: Calendar) -> datetime:
    """When the clock ends on the day of a local moment."""
    if terms.ends == "moment":
        return in_utc(local)
    day = local.date()
    midnight = in_utc(datetime.combine(day, LAST_MINUTE, business.zone))
    if terms.ends == "midnight":
        return midnight
    return min(midnight, closing(business, day) or in_utc(datetime.combine(day, USUAL_CLOSE, business.zone)))
