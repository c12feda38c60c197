"""The nudging policy: what to do for a ticket now, when to look again, and why.

A pure function of (ticket, people, policy, now). When a step is due stands in complaints.timetable, when its reader
gets it in complaints.slots, whom it goes to in complaints.ladder, how much a person gets in complaints.attention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from complaints import knock_on, notices
from complaints.calendars import Calendar, between, shift
from complaints.clocks import counting
from complaints.durations import Duration, parse_duration, spoken
from complaints.forecast import Forecast
from complaints.holding import next_change
from complaints.knock_on import KnockOn
from complaints.ladder import asked_about, first_in_line, next_rung
from complaints.notices import Escalation, Foretold, Nudge, Reminder
from complaints.policies import Policy
from complaints.presence import Presence
from complaints.profiles import DUTIES
from complaints.severity import Severity
from complaints.slots import quiet_until, slot
from complaints.ticket import Clock, ClockName, Taken, Ticket
from complaints.timetable import Due, What, share, timetable

LATE = timedelta(hours=1)
"""A nudge that goes out later than this after it was meant to says so (rule 11), and one that was held since when."""

INSTEAD = ":instead"
"""What the key of a step ends with that goes to another because its reader can't be reached."""

_NEVER = datetime.max.replace(tzinfo=UTC)
_DUTY: dict[ClockName, str] = {
    "acknowledge": "to acknowledge it",
    "resolve": "to resolve it",
    "tell": "to tell the customer",
    "unblock": "to unblock it",
    "promise": "to keep the promise",
    **{duty: f"for {what}" for duty, what in DUTIES.items()},
}


class Planned(NamedTuple):
    """One step that is still to be taken: when it is due, when its reader gets it, and whether by itself.

    What is not `urgent` waits for its reader's bundle; `meant_at` is when it is sent unless Golddust is down then.
    """

    key: str
    step: str
    what: What
    clock: Clock
    due_at: datetime
    to: str
    reach_at: datetime
    meant_at: datetime
    urgent: bool
    why: str = ""
    """Why it comes, where that is not plain from the step."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known around a ticket: how long such tickets take, and what its waiting does to the customer's date."""

    expected: Forecast | None = None
    knock_on: KnockOn | None = None


ALONE = Outlook()
"""A ticket of which nothing more is known."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to send now, the ticket with these steps taken and its next look, and the step that comes next."""

    nudges: tuple[Nudge, ...]
    ticket: Ticket
    following: Planned | None


def judge(ticket: Ticket, presence: Presence, now: datetime, outlook: Outlook = ALONE) -> Judgement:
    """The nudges for a ticket as of `now`.

    Steps that were missed collapse into one message for each reader (rule 11), an escalation climbs one rung at a
    time, nobody is written to outside their working hours unless the ticket is critical (rule 3), what is not urgent
    waits for its reader's bundle (rule 5), and the ticket that comes back has a `next_nudge_at` after `now` for as long
    as it is open (rule 10).
    """
    if not ticket.open:
        return Judgement((), replace(ticket, next_nudge_at=None), None)
    nearest = _plan(ticket, presence, now, outlook, nearest=True)
    ready = [step for step in nearest if step.reach_at <= now]
    by_reader: dict[tuple[str, bool], list[Planned]] = {}
    for step in ready:
        by_reader.setdefault((step.to, step.what == "foretell"), []).append(step)
    taken = (*ticket.taken, *(Taken(step.key, now, step.to) for step in ready))
    rising = presence.organisation.policy_of(ticket.team).rising
    remaining = nearest if not ready else _left(nearest, ready) if rising else None
    if remaining is None:
        after_now = _plan(ticket.looked_at(taken, ticket.next_nudge_at), presence, now, outlook, nearest=True)
        remaining = [step for step in after_now if step.reach_at > now]
    following = min(remaining, key=lambda step: step.reach_at, default=None)
    next_at = _next_look(ticket, presence, remaining, now)
    nudges = tuple(
        _nudge(ticket, presence, steps, remaining, now, outlook) for (to, _), steps in by_reader.items() if to
    )
    return Judgement(nudges, ticket.looked_at(taken, next_at), following)


def held_back(judged: Judgement, nudge: Nudge, until: datetime) -> Judgement:
    """The judgement without one of its nudges, whose steps are judged again at `until`."""
    ticket = without(judged.ticket, nudge)
    look = min(ticket.next_nudge_at or until, until)
    others = tuple(other for other in judged.nudges if other is not nudge)
    return replace(judged, nudges=others, ticket=replace(ticket, next_nudge_at=look))


def without(ticket: Ticket, nudge: Nudge) -> Ticket:
    """The ticket with none of the steps taken that a nudge stands for."""
    steps = {nudge.step, *nudge.folded}
    return replace(ticket, taken=tuple(taken for taken in ticket.taken if taken.step not in steps))


def scheduled(ticket: Ticket, presence: Presence, now: datetime, outlook: Outlook = ALONE) -> Ticket:
    """The ticket with its next look set after something happened to it; nothing is sent by this."""
    if not ticket.open:
        return ticket.looked_at(ticket.taken, None)
    steps = _plan(ticket, presence, now, outlook, nearest=True)
    return ticket.looked_at(ticket.taken, _next_look(ticket, presence, steps, now))


def plan(ticket: Ticket, presence: Presence, now: datetime, outlook: Outlook = ALONE) -> list[Planned]:
    """The untaken steps of the ticket's running clocks: of each clock all reminders, and the next escalation only.

    A knock-on breach that its owner has not been told of is one of them.
    """
    return _plan(ticket, presence, now, outlook, nearest=False)


def _plan(ticket: Ticket, presence: Presence, now: datetime, outlook: Outlook, *, nearest: bool) -> list[Planned]:
    """The plan; with `nearest` without the steps that come after the next one of their clock, which decide nothing."""
    organisation = presence.organisation
    policy, calendar = organisation.policy_of(ticket.team), organisation.calendar_of_team(ticket.team)
    planned: list[Planned] = []
    for clock in ticket.clocks:
        if clock.running:
            known = (policy, calendar, presence, now, outlook.expected)
            planned += _of_clock(ticket, clock, *known, nearest=nearest and policy.rising)
    if outlook.knock_on is not None:
        planned += _knock_on(ticket, outlook.knock_on, presence, now)
    return planned


def still_wanted(nudge: Nudge, ticket: Ticket, presence: Presence, now: datetime) -> str | None:
    """None when a nudge that waited is still right as of `now`, else why it must not go out as it is (rule 11)."""
    if not ticket.open:
        return f"{ticket.ref} is closed"
    clock = ticket.clock(nudge.clock)
    if clock is None or not clock.running:
        return f"the clock to {nudge.clock} is no longer running"
    if not nudge.step.startswith(f"{clock.name}.{clock.run}:"):
        return f"the clock to {nudge.clock} was started anew"
    if nudge.due_at != clock.due_at:
        return f"the clock to {nudge.clock} was moved"
    if isinstance(nudge, Reminder) and nudge.audience != notices.person(ticket.holder):
        return "somebody else holds it now"
    reader = nudge.audience.removeprefix("person:")
    if ticket.severity is Severity.CRITICAL:
        return None
    if presence.away_until(reader, now) is not None:
        return f"{presence.organisation.name(reader)} is away by now"
    if presence.reachable_from(reader, now) > now:
        return f"it is outside {presence.organisation.name(reader)}’s working hours by now"
    if isinstance(nudge, Reminder) and quiet_until(ticket, nudge.step.split(":")[1], now, presence) > now:
        return f"{presence.organisation.name(reader)} has done something about it since"
    return None


def instead(
    nudge: Nudge, ticket: Ticket, presence: Presence, now: datetime, why: str | None = None
) -> tuple[Ticket, Escalation] | None:
    """The nudge for the next in line where its reader can't be reached, and the ticket that knows of it.

    `why` is the clause that says what kept it from its reader. None where nobody is left to ask.
    """
    clock, base = ticket.clock(nudge.clock), nudge.step.partition(INSTEAD)[0]
    if clock is None or isinstance(nudge, Foretold):
        return None
    name = presence.organisation.name
    asked = {taken.to for taken in ticket.taken if taken.step.partition(INSTEAD)[0] == base and taken.to}
    asked |= {ticket.holder, nudge.audience.removeprefix("person:")}
    to = first_in_line(ticket, "deputy", presence, now, asked)
    if not to:
        return None
    unreached = name(nudge.audience.removeprefix("person:"))
    escalation = Escalation(
        ticket=ticket.number, audience=notices.person(to), step=f"{nudge.step}{INSTEAD}", clock=nudge.clock,
        due_at=nudge.due_at, because=f"{why or f'I can’t reach {unreached}'}, and {nudge.because}",
        asked=(*(nudge.asked if isinstance(nudge, Escalation) else ()), unreached), urgent=nudge.urgent,
        folded=(*nudge.folded, nudge.step),
    )  # fmt: skip
    return replace(ticket, taken=(*ticket.taken, Taken(escalation.step, now, to))), escalation


def told_before(ticket: Ticket, nudge: Nudge, now: datetime) -> bool:
    """Whether somebody has heard before `now` of the clock that a nudge is about."""
    return any(taken.to and taken.at < now and taken.step.startswith(f"{nudge.clock}.") for taken in ticket.taken)


def _next_look(ticket: Ticket, presence: Presence, steps: Iterable[Planned], now: datetime) -> datetime:
    """The first moment at which a step can be taken, a promise falls due or the holder changes; else tomorrow."""
    moments = [step.reach_at for step in steps]
    change = next_change(ticket, presence, now)
    if change is not None:
        moments.append(change)
    if ticket.promise is not None:
        moments.append(ticket.promise.until)
    return min(moments, default=presence.reachable_from(ticket.holder, now + timedelta(days=1)))


def _of_clock(
    ticket: Ticket, clock: Clock, policy: Policy, calendar: Calendar, presence: Presence, now: datetime,
    expected: Forecast | None, *, nearest: bool,
) -> Iterator[Planned]:  # fmt: skip
    taken = {step.step: step for step in ticket.taken}
    climbed: tuple[datetime, datetime] | None = None  # when the last escalation was due, and when it was taken
    climbing = True
    soonest = _NEVER
    for due in timetable(clock, policy, calendar, taken.keys(), now, expected):
        if due.at > soonest and not _early(due):
            return  # nothing that comes so late reaches anybody before the step that is known by now
        key, to, at = f"{clock.name}.{clock.run}:{due.step}:{due.what}", ticket.holder, due.at
        if due.what == "remind":
            if key in taken or (due.step != "100%" and _muted(due, ticket, presence)):
                continue
        elif key in taken:
            climbed = due.at, taken[key].at
            continue
        elif climbing and due.what != "foretell":
            climbing = False
            # After an outage the rungs keep their distance, so that nobody is passed over.
            counted = counting(clock, calendar)
            at = max(at, shift(counted, climbed[1], between(counted, climbed[0], at))) if climbed else at
            to = next_rung(ticket, clock, due.what, presence, now)
        else:
            continue
        found = slot(ticket, clock, due.step, at, to, presence, now)
        if nearest and to and now < found.reach_at < soonest:
            soonest = found.reach_at
        yield Planned(
            key, due.step, due.what, clock, at, to, found.reach_at, found.meant_at, found.urgent, due.early
        )  # fmt: skip


def _left(nearest: Sequence[Planned], ready: Sequence[Planned]) -> list[Planned] | None:
    """The steps that are left once those that are ready are taken; None where that has to be planned anew.

    It does for whatever leads to another step: an escalation, a repetition, and a share above one that is still held.
    """
    said: dict[str, int] = {}
    for step in ready:
        if step.what != "remind" or not step.step.endswith("%"):
            return None
        said[step.clock.name] = max(said.get(step.clock.name, 0), share(step.step))
    keys = {step.key for step in ready}
    left = [step for step in nearest if step.key not in keys]
    for step in left:
        if share(step.step) < said.get(step.clock.name, 0):
            return None
    return left


def _early(due: Due) -> bool:
    """Whether a step may be brought forward, to come before its clock has run out."""
    return due.step.endswith("%") and due.step != "100%"


def _muted(due: Due, ticket: Ticket, presence: Presence) -> bool:
    """Whether the holder wants no reminders before a clock has run out."""
    return due.step.endswith("%") and ticket.severity is not Severity.CRITICAL and not presence.early(ticket.holder)


def _knock_on(ticket: Ticket, found: KnockOn, presence: Presence, now: datetime) -> Iterator[Planned]:
    clock = ticket.clock(found.clock)
    if clock is None or found.said:
        return
    when = slot(ticket, clock, "knock-on", found.tell_at, found.to, presence, now)
    yield Planned(
        found.step, "knock-on", "foretell", clock, found.tell_at, found.to, when.reach_at, when.meant_at, when.urgent
    )


def _nudge(
    ticket: Ticket, presence: Presence, steps: list[Planned], remaining: list[Planned], now: datetime, outlook: Outlook
) -> Nudge:
    """One message for one reader: about the clock that is furthest gone, its latest step."""
    first = min(steps, key=lambda step: step.clock.due_at)
    mine = [s for s in steps if s.clock is first.clock]
    step = max(mine, key=lambda s: (s.what != "remind", s.due_at))
    since, meant = min([s.due_at for s in steps]), min([s.meant_at for s in steps])
    late = since if now - _chance(meant, step.to, presence, now) > LATE else None
    held = since if late is None and now - since > LATE else None
    urgent = any(s.urgent for s in steps)
    folded = tuple([s.key for s in steps if s is not step])
    if step.what == "foretell" and outlook.knock_on is not None:
        told = knock_on.notice(ticket, outlook.knock_on, now)
        return replace(told, urgent=urgent)
    name = presence.organisation.name
    next_at, next_what = _upcoming(step, remaining, presence)
    missed = len({s.due_at for s in mine}) - 1
    audience = notices.person(step.to)
    because = reason(step)
    if step.what == "remind":
        return Reminder(
            ticket=ticket.number, audience=audience, step=step.key, clock=step.clock.name, due_at=step.clock.due_at,
            because=because, next_at=next_at, next_what=next_what, due_since=late, missed=missed,
            held_since=held, urgent=urgent, folded=folded,
        )  # fmt: skip
    asked = tuple(name(person) for person in (asked_about(ticket, step.clock) or (ticket.holder,)))
    return Escalation(
        ticket=ticket.number, audience=audience, step=step.key, clock=step.clock.name, due_at=step.clock.due_at,
        because=because, asked=asked, next_at=next_at, next_what=next_what, due_since=late, missed=missed,
        held_since=held, urgent=urgent, folded=folded,
    )  # fmt: skip


def _chance(meant: datetime, to: str, presence: Presence, now: datetime) -> datetime:
    """When a nudge could have come at the latest: as it was meant to, or with the first bundle after that day."""
    today, tonight = presence.local_day(to, now)
    return meant if today <= meant < tonight else presence.bundle_from(to, meant)


def _upcoming(step: Planned, remaining: list[Planned], presence: Presence) -> tuple[datetime | None, str]:
    """When this clock is looked at next, and what is done then: “I’ll remind you and ask Lee”."""
    later = [s for s in remaining if s.clock.name == step.clock.name and s.to]
    if not later:
        return None, ""
    at = min([s.reach_at for s in later])
    verbs = {s.to: "remind" if s.what == "remind" else "ask" for s in later if s.reach_at == at}
    name = presence.organisation.name
    said = [f"{verb} {'you' if to == step.to else name(to)}" for to, verb in verbs.items()]
    return at, f"I’ll {' and '.join(said)}"


def reason(step: Planned) -> str:
    """Why a step is taken, in a clause: “80 % of the time to resolve it has passed”."""
    regulation = step.clock.regulation
    duty = f"{_DUTY[step.clock.name]} ({regulation.name})" if regulation else _DUTY[step.clock.name]
    if step.why:
        return step.why
    if step.what == "foretell":
        return "what it waits for may come too late for the customer’s date"
    if step.clock.name == "promise":
        return "the promised date has come"
    if step.step == "100%":
        return f"the time {duty} has run out"
    if step.step.endswith("%"):
        return f"{step.step[:-1]} % of the time {duty} has passed"
    if step.step.startswith("again"):
        return f"the time {duty} ran out a while ago"
    return f"the time {duty} ran out {spoken(_elapsed(step))} ago"


def _elapsed(step: Planned) -> Duration:
    length = parse_duration(step.step[1:])
    return Duration(length.amount, length.unit, step.clock.calendar)
