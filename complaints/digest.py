"""The manager's digest: what of a window a person in charge has to know. Source: the nudging rules, section Digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from complaints import charts, weekly
from complaints.calendars import NeverOpen, same_time_after
from complaints.cases import Case, Kept, Received, Window
from complaints.charts import Pareto, RunChart
from complaints.figures import CLOCKS, figures, overdue
from complaints.follow_ups import same_cause
from complaints.lifecycle import BOUNCES
from complaints.organisation import Organisation
from complaints.severity import Severity
from complaints.signals import MOST_POINTS
from complaints.summary import (
    Action,
    Decision,
    Every,
    Question,
    Quote,
    RunningOut,
    Signal,
    Summary,
)
from complaints.weekly import Noticed

WEEK = timedelta(days=7)
MOST_DECISIONS = 3
MOST_RUNNING_OUT = 3
MOST_SIGNALS = 3
MOST_ACTIONS = 2
LEAST_WEEKS = 4
"""Fewer weeks than this are no run chart."""
LEAST_KINDS, LEAST_RECEIVED = 2, 5
"""Fewer complaints, or fewer kinds of them, are no Pareto chart."""
TRIED_WITHIN = timedelta(days=90)
HISTORY = WEEK * (MOST_POINTS + 1) + TRIED_WITHIN
"""How far back of a window's end the figures look."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An open ticket as the digest's decisions see it."""

    number: int
    team: str
    severity: str
    owner: str | None
    holder: str
    promised: bool
    broken_promises: int
    bounces: int
    clocks: tuple[Kept, ...]
    taken: tuple[tuple[str, str], ...] = ()
    """The steps that were taken, and whom each reached."""


class Tried(NamedTuple):
    """What was done about a ticket, and why it had happened."""

    number: int
    cause: str
    done: str
    captured_at: datetime
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which teams (none: all of them), how often, and in which time zone it is read."""

    teams: tuple[str, ...]
    every: Every
    zone: str


@dataclass(frozen=True, slots=True)
class Material:
    """What a digest is made of.

    `cases` holds what was open at the window's start or came later, `received` and `reopened` what came within
    HISTORY, `again` what `repeats` finds in it, `quote` the words of the ticket that `worst` names first and that
    may be quoted.
    """

    cases: Sequence[Case]
    received: Sequence[Received]
    again: Sequence[Received] = ()
    reopened: Sequence[datetime] = ()
    came_back: Sequence[tuple[int, datetime]] = ()
    """The same with the numbers of their tickets, where those are known."""
    standing: Sequence[Standing] = ()
    followed: Sequence[Action] = ()
    """What looks back at actions have found in the window."""
    tried: Sequence[Tried] = ()
    planned: Sequence[datetime] = ()
    """By when the actions that are still to be done were to be."""
    quote: Quote | None = None


def summarise(material: Material, window: Window, scope: Scope, organisation: Organisation, now: datetime) -> Summary:
    """What there is to say about a window as of `now`; names instead of keys."""
    decided = decisions(material.standing, organisation, now)
    ending = running_out(material.standing, organisation, now)
    unusual = noticed(material, window.end, organisation)
    summary = Summary(
        scope=tuple(organisation.name(team) for team in scope.teams),
        every=scope.every,
        window=window,
        zone=scope.zone,
        figures=figures(material.cases, material.again, window, organisation.calendar_of_team),
        decisions=tuple(decided[:MOST_DECISIONS]),
        more_decisions=max(0, len(decided) - MOST_DECISIONS),
        running_out=tuple(ending[:MOST_RUNNING_OUT]),
        running_out_count=len(ending),
        signals=tuple(one.signal for one in unusual[:MOST_SIGNALS]),
        quote=material.quote,
        actions=tuple(_done_about(material, window)[:MOST_ACTIONS]),
        tried=bool(material.tried or material.followed),
        planned=len(material.planned),
        planned_late=sum(due < now for due in material.planned),
    )
    if summary.quiet:
        return summary
    about = pareto(material, window, scope, organisation)
    return replace(summary, run_chart=run_chart(material, window.end, unusual, scope.zone), pareto=about)


def run_chart(material: Material, end: datetime, found: Sequence[Noticed], zone: str) -> RunChart | None:
    """The weeks of what is most unusual, else of all complaints; None where there is nothing to see yet."""
    begun = min((one.captured_at for one in material.received), default=None)
    weeks = charts.known_weeks(begun, end)
    if weeks < LEAST_WEEKS:
        return None
    if not found:
        return charts.run_chart((one.captured_at for one in material.received), end, weeks, zone)
    first, counted = found[0]
    about = first.name or first.about
    return charts.run_chart(
        (one.at for one in counted), end, weeks, zone, measure=first.measure, about=about, of=first.of
    )


def pareto(material: Material, window: Window, scope: Scope, organisation: Organisation) -> Pareto | None:
    """What the complaints of the window are about; None where there are too few to see anything."""
    found = charts.pareto(material.received, window, scope.zone, organisation.name)
    return found if len(found.bars) >= LEAST_KINDS and found.total >= LEAST_RECEIVED else None


def decisions(standing: Iterable[Standing], organisation: Organisation, now: datetime) -> list[Decision]:
    """What has to be settled by somebody in charge, one thing for each ticket, worst first."""
    found = []
    for ticket in sorted(standing, key=lambda one: (_badness(one.severity), _due(one, now))):
        decision = _decision(ticket, organisation, now)
        if decision is not None:
            found.append(decision)
    return found


def running_out(standing: Iterable[Standing], organisation: Organisation, now: datetime) -> list[RunningOut]:
    """The customer's clocks that run out within seven days, soonest first."""
    found = [
        RunningOut(ticket.number, clock.name, clock.due_at, organisation.name(ticket.holder))
        for ticket in standing
        for clock in ticket.clocks
        if clock.name in CLOCKS and clock.running and now <= clock.due_at < now + WEEK
    ]
    return sorted(found, key=attrgetter("due_at", "ticket"))


def signals(material: Material, end: datetime, organisation: Organisation | None = None) -> list[Signal]:
    """What is no chance in the last seven days, the most telling first (complaints.weekly), with names beside keys."""
    return [one.signal for one in noticed(material, end, organisation)]


def noticed(material: Material, end: datetime, organisation: Organisation | None = None) -> list[Noticed]:
    """The same, with what was counted; of several series that say the same of the same complaints the first alone."""
    came_back = material.came_back or [(0, at) for at in material.reopened]
    touchpoint = organisation.touchpoint if organisation is not None else lambda _: ""
    found: list[Noticed] = []
    told: set[tuple[str, frozenset[datetime]]] = set()
    for one, counted in weekly.noticed(material.received, material.again, came_back, end, touchpoint):
        same = (one.measure, frozenset(each.at for each in counted if each.at >= end - WEEK))
        if one.of in {"all", "category"} or same not in told:
            name = organisation.name(one.about) if organisation and one.of in {"team", "touchpoint"} else ""
            found.append(Noticed(replace(one, name=name), counted))
        told.add(same)
    return found


def worst(cases: Iterable[Case], again: Iterable[Received], window: Window) -> list[int]:
    """The tickets received in the window whose words say most, worst first.

    By severity, then whether the customer had to say it again, then the newest.
    """
    said_again = {one.number for one in again}
    new = [case for case in cases if window.holds(case.captured_at) and not case.set_aside]
    ordered = sorted(new, key=attrgetter("captured_at"), reverse=True)
    return [case.number for case in sorted(ordered, key=lambda c: (_badness(c.severity), c.number not in said_again))]


def actions(tried: Iterable[Tried], window: Window) -> list[Action]:
    """What was done about causes, and whether they came back: first what came back, then the newest.

    A cause is the same where it is worded the same, whatever its case. It came back where a ticket was captured after
    the first one of that cause had been resolved. Told is what was resolved, or came back, in the window.
    """
    by_cause: dict[str, list[Tried]] = {}
    for one in sorted(tried, key=attrgetter("resolved_at")):
        by_cause.setdefault(same_cause(one.cause), []).append(one)
    found = []
    for first, *others in by_cause.values():
        back = [one for one in others if one.captured_at > first.resolved_at]
        latest = max(one.resolved_at for one in (first, *others))
        if window.holds(latest):
            found.append(Action(first.cause, first.done, first.resolved_at, len(back)))
    newest = sorted(found, key=attrgetter("since"), reverse=True)
    return sorted(newest, key=attrgetter("came_back"), reverse=True)


def _done_about(material: Material, window: Window) -> list[Action]:
    """What was done about causes: first what was looked back at, because that was counted, then the rest."""
    known = {same_cause(one.cause) for one in material.followed}
    others = [one for one in actions(material.tried, window) if same_cause(one.cause) not in known]
    return [*material.followed, *others]


def _decision(ticket: Standing, organisation: Organisation, now: datetime) -> Decision | None:
    asked = _asked(ticket, organisation)
    if asked is None:
        return None
    question, who, times = asked
    return Decision(question, ticket.number, organisation.name(who), _by(ticket, organisation, now), times)


def _asked(ticket: Standing, organisation: Organisation) -> tuple[Question, str, int] | None:
    """What has to be settled about a ticket, by whom, and how often it happened."""
    lead = organisation.teams[organisation.in_charge(ticket.team)].lead
    if ticket.bounces >= BOUNCES:
        return "nobody wants it", organisation.teams[organisation.triage].lead, ticket.bounces
    if ticket.owner is None:
        return "nobody owns it", lead, 1
    manager = escalated_to(ticket)
    if manager is not None:
        return "escalated", manager, 1
    if ticket.broken_promises and not ticket.promised:
        return "promise broken", ticket.owner, ticket.broken_promises
    return None


def escalated_to(ticket: Standing) -> str | None:
    """The manager whom a running clock of the ticket was escalated to last, or None."""
    running = {f"{clock.name}.{clock.run}" for clock in ticket.clocks if clock.running}
    asked = [
        to for step, to in ticket.taken if to and step.partition(":")[0] in running and "manager" in step.split(":")[2:]
    ]
    return asked[-1] if asked else None


def _by(ticket: Standing, organisation: Organisation, now: datetime) -> datetime:
    """By when something has to be settled: before its next clock runs out, else within one working day."""
    coming = [clock.due_at for clock in ticket.clocks if clock.running and clock.due_at > now]
    try:
        tomorrow = same_time_after(organisation.calendar_of_team(ticket.team), now, 1)
    except NeverOpen:
        tomorrow = now + timedelta(days=1)
    return min([tomorrow, *coming])


def _due(ticket: Standing, now: datetime) -> datetime:
    """Since or until when the ticket's first clock has time."""
    return min((clock.due_at for clock in ticket.clocks if clock.running or overdue(clock, now)), default=now)


def _badness(severity: str) -> int:
    return -Severity(severity).rank
