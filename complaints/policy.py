"""The nudging policy: what to do for a ticket now, when to look again, and why.

A pure function of (ticket, people, policy, now); nothing else interprets the policy values of golddust.yml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from complaints import notices
from complaints.calendars import Calendar, between, shift
from complaints.clocks import counting
from complaints.durations import Duration, after, parse_duration, spoken
from complaints.notices import Escalation, Nudge, Reminder
from complaints.policies import Policy, Rung
from complaints.presence import Presence
from complaints.profiles import DUTIES
from complaints.severity import Severity
from complaints.ticket import Clock, ClockName, Taken, Ticket

LATE = timedelta(hours=1)
"""A nudge that goes out later than this after it was meant to says so (rule 11), and one that was held since when."""

LAST_CALL = timedelta(hours=1)
"""So much working time before the end a reminder comes at the latest that its reader could not read in time."""

INSTEAD = ":instead"
"""What the key of a step ends with that goes to another because its reader can't be reached."""

What = Literal["remind", "deputy", "lead", "manager"]

_DUTY: dict[ClockName, str] = {
    "acknowledge": "to acknowledge it",
    "resolve": "to resolve it",
    "tell": "to tell the customer",
    "unblock": "to unblock it",
    "promise": "to keep the promise",
    **{duty: f"for {what}" for duty, what in DUTIES.items()},
}


@dataclass(frozen=True, slots=True)
class Planned:
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


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to send now, the ticket with these steps taken and its next look, and the step that comes next."""

    nudges: tuple[Nudge, ...]
    ticket: Ticket
    following: Planned | None


def judge(ticket: Ticket, presence: Presence, now: datetime) -> Judgement:
    """The nudges for a ticket as of `now`.

    Steps that were missed collapse into one message for each reader (rule 11), an escalation climbs one rung at a
    time, nobody is written to outside their working hours unless the ticket is critical (rule 3), what is not urgent
    waits for its reader's bundle (rule 5), and the ticket that comes back has a `next_nudge_at` after `now` for as long
    as it is open (rule 10).
    """
    if not ticket.open:
        return Judgement((), replace(ticket, next_nudge_at=None), None)
    ready = [step for step in plan(ticket, presence, now) if step.reach_at <= now]
    by_reader: dict[str, list[Planned]] = {}
    for step in ready:
        by_reader.setdefault(step.to, []).append(step)
    taken = tuple(Taken(step.key, now, step.to) for step in ready)
    after_now = replace(ticket, taken=(*ticket.taken, *taken))
    remaining = [step for step in plan(after_now, presence, now) if step.reach_at > now]
    following = min(remaining, key=lambda step: step.reach_at, default=None)
    next_at = _next_look(ticket, presence, remaining, now)
    nudges = tuple(_nudge(ticket, presence, steps, remaining, now) for reader, steps in by_reader.items() if reader)
    return Judgement(nudges, replace(after_now, next_nudge_at=next_at), following)


def held_back(judged: Judgement, reader: str, at: datetime, until: datetime) -> Judgement:
    """The judgement as of `at` without what it had for one reader, whose steps are judged again at `until`."""
    ticket = judged.ticket
    kept = tuple(taken for taken in ticket.taken if (taken.at, taken.to) != (at, reader))
    look = min(ticket.next_nudge_at or until, until)
    others = tuple(nudge for nudge in judged.nudges if nudge.audience != notices.person(reader))
    return replace(judged, nudges=others, ticket=replace(ticket, taken=kept, next_nudge_at=look))


def scheduled(ticket: Ticket, presence: Presence, now: datetime) -> Ticket:
    """The ticket with its next look set after something happened to it; nothing is sent by this."""
    if not ticket.open:
        return replace(ticket, next_nudge_at=None)
    return replace(ticket, next_nudge_at=_next_look(ticket, presence, plan(ticket, presence, now), now))


def plan(ticket: Ticket, presence: Presence, now: datetime) -> list[Planned]:
    """The untaken steps of the ticket's running clocks: of each clock all reminders, and the next escalation only."""
    organisation = presence.organisation
    policy, calendar = organisation.policy_of(ticket.team), organisation.calendar_of_team(ticket.team)
    planned: list[Planned] = []
    for clock in ticket.clocks:
        if clock.running:
            planned.extend(_of_clock(ticket, clock, policy, calendar, presence, now))
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
    if ticket.severity is not Severity.CRITICAL and presence.reachable_from(reader, now) > now:
        return f"it is outside {presence.organisation.name(reader)}’s working hours by now"
    return None


def instead(
    nudge: Nudge, ticket: Ticket, presence: Presence, now: datetime, why: str | None = None
) -> tuple[Ticket, Escalation] | None:
    """The nudge for the next in line where its reader can't be reached, and the ticket that knows of it.

    `why` is the clause that says what kept it from its reader. None where nobody is left to ask.
    """
    clock, base = ticket.clock(nudge.clock), nudge.step.partition(INSTEAD)[0]
    if clock is None:
        return None
    name = presence.organisation.name
    asked = {taken.to for taken in ticket.taken if taken.step.partition(INSTEAD)[0] == base and taken.to}
    asked |= {ticket.holder, nudge.audience.removeprefix("person:")}
    to = _first_in_line(ticket, "deputy", presence, now, asked)
    if not to:
        return None
    unreached = name(nudge.audience.removeprefix("person:"))
    escalation = Escalation(
        ticket=ticket.number, audience=notices.person(to), step=f"{nudge.step}{INSTEAD}", clock=nudge.clock,
        due_at=nudge.due_at, because=f"{why or f'I can’t reach {unreached}'}, and {nudge.because}",
        asked=(*(nudge.asked if isinstance(nudge, Escalation) else ()), unreached), urgent=nudge.urgent,
    )  # fmt: skip
    return replace(ticket, taken=(*ticket.taken, Taken(escalation.step, now, to))), escalation


def told_before(ticket: Ticket, nudge: Nudge, now: datetime) -> bool:
    """Whether somebody has heard before `now` of the clock that a nudge is about."""
    run = nudge.step.partition(":")[0]
    return any(taken.to and taken.at < now and taken.step.partition(":")[0] == run for taken in ticket.taken)


def _next_look(ticket: Ticket, presence: Presence, steps: Iterable[Planned], now: datetime) -> datetime:
    """The first moment at which one of the steps can be taken or a promise falls due; tomorrow where there is none."""
    moments = [step.reach_at for step in steps]
    if ticket.promise is not None:
        moments.append(ticket.promise.until)
    return min(moments, default=presence.reachable_from(ticket.holder, now + timedelta(days=1)))


def _of_clock(
    ticket: Ticket, clock: Clock, policy: Policy, calendar: Calendar, presence: Presence, now: datetime
) -> Iterator[Planned]:
    taken = {step.step: step for step in ticket.taken}
    climbed: tuple[datetime, datetime] | None = None  # when the last escalation was due, and when it was taken
    climbing = True
    for step, what, due in _timetable(clock, policy, calendar, taken.keys(), now):
        key = f"{clock.name}.{clock.run}:{step}:{what}"
        if what == "remind":
            if key not in taken:
                yield _planned(ticket, clock, key, step, what, due, ticket.holder, presence, now)
            continue
        if key in taken:
            climbed = due, taken[key].at
        elif climbing:
            climbing = False
            # After an outage the rungs keep their distance, so that nobody is passed over.
            counted = counting(clock, calendar)
            spaced = shift(counted, climbed[1], between(counted, climbed[0], due)) if climbed else due
            reader = _rung(ticket, clock, what, presence, now)
            yield _planned(ticket, clock, key, step, what, max(due, spaced), reader, presence, now)


def _timetable(
    clock: Clock, policy: Policy, calendar: Calendar, taken: Iterable[str], now: datetime
) -> Iterator[tuple[str, What, datetime]]:
    if clock.name == "promise":
        yield "100%", "remind", clock.due_at  # from here on the clock to resolve runs again
        return
    for step in policy.steps:
        due = _moment(clock, step.at, calendar)
        if step.remind:
            yield step.at, "remind", due
        if step.escalate:
            yield step.at, step.escalate, due
    last = max(_moment(clock, step.at, calendar) for step in policy.steps)
    prefix = f"{clock.name}.{clock.run}:again-"
    given = {key.removeprefix(prefix).partition(":")[0] for key in taken if key.startswith(prefix)}
    yield _again(last, 1 + max(map(int, given), default=0), policy, calendar, now)


def _again(
    last: datetime, number: int, policy: Policy, calendar: Calendar, now: datetime
) -> tuple[str, What, datetime]:
    """The repeated reminder of this number, or the latest that has come by `now`: missed ones collapse."""
    for _ in range(number):
        last = after(last, policy.repeat, calendar)
    while (following := after(last, policy.repeat, calendar)) <= now:
        last, number = following, number + 1
    return f"again-{number}", "remind", last


def _moment(clock: Clock, at: str, calendar: Calendar) -> datetime:
    """When a step of the policy, such as `80%` or `+1d`, is due on this clock."""
    if at.endswith("%"):
        rest = clock.length * (100 - int(at[:-1])) / 100
        return shift(counting(clock, calendar), clock.due_at, -rest)
    length = parse_duration(at[1:])
    return after(clock.due_at, Duration(length.amount, length.unit, clock.calendar), calendar)


def _planned(
    ticket: Ticket, clock: Clock, key: str, step: str, what: What, due: datetime, to: str, presence: Presence,
    now: datetime,
) -> Planned:  # fmt: skip
    if ticket.severity is Severity.CRITICAL or not to:
        return Planned(key, step, what, clock, due, to, due, due, urgent=True)
    held = _quiet_until(ticket, step, _in_time(clock, step, due, to, presence), presence)
    meant, urgent = _slot(clock, held, to, presence)
    if meant >= now:
        return Planned(key, step, what, clock, due, to, meant, meant, urgent)
    # The moment was missed: it goes out as soon as its reader is there.
    back = presence.here_from(to, now)
    reach, urgent = (now, urgent) if back <= now else _slot(clock, back, to, presence)
    return Planned(key, step, what, clock, due, to, reach, meant, urgent)


def _quiet_until(ticket: Ticket, step: str, due: datetime, presence: Presence) -> datetime:
    """When a step may go out at the earliest after its holder did something (rule 4)."""
    if ticket.acted_at is None or step == "100%":
        return due
    quiet = presence.organisation.nudges.quiet_after_activity
    return max(due, after(ticket.acted_at, quiet, presence.organisation.calendar_of(ticket.holder)))


def _in_time(clock: Clock, step: str, due: datetime, to: str, presence: Presence) -> datetime:
    """When a reminder is due that its reader would only see after the clock has run out: while they are still there."""
    if not step.endswith("%") or due >= clock.due_at or presence.here_from(to, due) < clock.due_at:
        return due
    last = shift(presence.organisation.calendar_of(to), clock.due_at, -LAST_CALL)
    return max(min(last, due), clock.started_at)


def _slot(clock: Clock, due: datetime, to: str, presence: Presence) -> tuple[datetime, bool]:
    """When a step that is due reaches its reader, and whether it is urgent: the clock runs out before they are back.

    What is not urgent waits for the reader's next bundle, unless that comes too late.
    """
    at = presence.here_from(to, due)
    if clock.name == "promise":
        return at, True
    today = presence.day_of(to, at)
    tonight = presence.midnight(to, today + timedelta(days=1))
    bundle = presence.bundle_from(to, at)
    if clock.due_at < presence.midnight(to, today):
        return bundle, False
    if clock.due_at < tonight:
        return at, True
    if bundle < tonight:
        return bundle, False
    tomorrow = presence.here_from(to, tonight)
    if clock.due_at <= tomorrow:
        return at, True
    return (bundle, False) if bundle < clock.due_at else (tomorrow, True)


def _rung(ticket: Ticket, clock: Clock, rung: Rung, presence: Presence, now: datetime) -> str:
    """Whom to escalate to: the rung's person, or the next one up who is neither the holder nor asked already."""
    return _first_in_line(ticket, rung, presence, now, {ticket.holder, *_asked(ticket, clock)})


def _first_in_line(ticket: Ticket, rung: Rung, presence: Presence, now: datetime, asked: set[str]) -> str:
    organisation = presence.organisation
    lead = organisation.teams[organisation.in_charge(ticket.team)].lead
    holder, leader = organisation.person(ticket.holder), organisation.person(lead)
    ladder: list[tuple[Rung, str | None]] = [
        ("deputy", holder.deputy if holder else None),
        ("lead", lead),
        ("manager", holder.manager if holder else None),
        ("manager", leader.manager if leader else None),
        ("manager", organisation.organisation.admins[0]),
    ]
    start = next(position for position, (name, _) in enumerate(ladder) if name == rung)
    for _, person in ladder[start:]:
        reader = presence.stand_in(person, now) if person else None
        if reader is not None and reader not in asked:
            return reader
    return ""


def _asked(ticket: Ticket, clock: Clock) -> tuple[str, ...]:
    """The people who have been nudged about this run of the clock, in order."""
    prefix = f"{clock.name}.{clock.run}:"
    return tuple(dict.fromkeys(taken.to for taken in ticket.taken if taken.step.startswith(prefix) and taken.to))


def _nudge(ticket: Ticket, presence: Presence, steps: list[Planned], remaining: list[Planned], now: datetime) -> Nudge:
    """One message for one reader: about the clock that is furthest gone, its latest step."""
    first = min(steps, key=lambda step: step.clock.due_at)
    step = max((s for s in steps if s.clock is first.clock), key=lambda s: (s.what != "remind", s.due_at))
    name = presence.organisation.name
    next_at, next_what = _upcoming(step, remaining, presence)
    missed = len({s.due_at for s in steps if s.clock is step.clock}) - 1
    since = min(s.due_at for s in steps)
    meant = max(min(s.meant_at for s in steps), ticket.next_nudge_at or since)
    late = since if now - meant > LATE else None
    held = since if late is None and now - since > LATE else None
    urgent = any(s.urgent for s in steps)
    audience = notices.person(step.to)
    because = reason(step)
    if step.what == "remind":
        return Reminder(
            ticket=ticket.number, audience=audience, step=step.key, clock=step.clock.name, due_at=step.clock.due_at,
            because=because, next_at=next_at, next_what=next_what, due_since=late, missed=missed,
            held_since=held, urgent=urgent,
        )  # fmt: skip
    asked = tuple(name(person) for person in (_asked(ticket, step.clock) or (ticket.holder,)))
    return Escalation(
        ticket=ticket.number, audience=audience, step=step.key, clock=step.clock.name, due_at=step.clock.due_at,
        because=because, asked=asked, next_at=next_at, next_what=next_what, due_since=late, missed=missed,
        held_since=held, urgent=urgent,
    )  # fmt: skip


def _upcoming(step: Planned, remaining: list[Planned], presence: Presence) -> tuple[datetime | None, str]:
    """When this clock is looked at next, and what is done then: “I’ll remind you and ask Lee”."""
    later = [s for s in remaining if s.clock.name == step.clock.name and s.to]
    at = min((s.reach_at for s in later), default=None)
    verbs = {s.to: "remind" if s.what == "remind" else "ask" for s in later if s.reach_at == at}
    name = presence.organisation.name
    said = [f"{verb} {'you' if to == step.to else name(to)}" for to, verb in verbs.items()]
    return at, f"I’ll {' and '.join(said)}" if said else ""


def reason(step: Planned) -> str:
    """Why a step is taken, in a clause: “80 % of the time to resolve it has passed”."""
    regulation = step.clock.regulation
    duty = f"{_DUTY[step.clock.name]} ({regulation.name})" if regulation else _DUTY[step.clock.name]
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
