"""What holds whatever happens: functions from the log of a history to the sentences that say where it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from complaints.assignment import on_call
from complaints.calendars import between, shift
from complaints.clocks import counting
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Clock, Kind, State, Ticket
from tests.model.log import Log, Snapshot, run_of


def every_open_ticket_has_the_right_holder(log: Log) -> Iterator[str]:
    """Rule 1: one holder, and it is the one whose move it is, through chains and absences."""
    for snapshot in log.snapshots:
        if not snapshot.up:
            continue
        for ticket in snapshot.tickets.values():
            right = _whose_move(ticket, snapshot) if ticket.open else ticket.holder
            if ticket.holder != right:
                yield f"{snapshot.at}: {ticket.ref} is held by {ticket.holder}, but it is the move of {right}"


def no_open_ticket_is_forgotten(log: Log) -> Iterator[str]:
    """Rule 10: every open ticket has a next nudge in the future, closed ones have none."""
    for snapshot in log.snapshots:
        for ticket in snapshot.tickets.values():
            if not ticket.open and ticket.next_nudge_at is not None:
                yield f"{snapshot.at}: {ticket.ref} is closed and has a next nudge"
            if ticket.open and snapshot.up and (ticket.next_nudge_at is None or ticket.next_nudge_at <= snapshot.at):
                yield f"{snapshot.at}: {ticket.ref} is open and its next nudge is at {ticket.next_nudge_at}"


def nothing_goes_wrong_inside(log: Log) -> Iterator[str]:
    """No ticket failed to be judged, nothing had to be repaired, no tick got nowhere."""
    yield from log.troubles


def only_the_holder_is_reminded(log: Log) -> Iterator[str]:
    """Rule 1: a reminder goes to the one who holds the ticket at that moment."""
    for message, item in log.items():
        right = _whose_move(item.ticket, message.then)
        if item.nudge.kind == "reminder" and message.to != right:
            yield f"{message.at}: {message}, but it is the move of {right}"


def only_the_ladder_is_asked_for_help(log: Log) -> Iterator[str]:
    """Rule 3: an escalation goes to the holder's deputy or manager, the team's lead or their manager, or an admin."""
    for message, item in log.items():
        ladder = _ladder(item.ticket, message.presence, message.at)
        if item.nudge.kind == "escalation" and message.to not in ladder:
            yield f"{message.at}: {message}, but the ladder is {', '.join(sorted(ladder))}"


def nobody_is_nudged_outside_their_hours(log: Log) -> Iterator[str]:
    """Rule 3: nothing at night, on days off or while away, unless all of the message is about critical tickets."""
    for message in log.messages:
        calm = [item for item in message.items if item.ticket.severity is not Severity.CRITICAL]
        if calm and not message.presence.at_work(message.to, message.at):
            yield f"{message.at}: {message}, who is not at work"


def nobody_gets_more_than_the_budget(log: Log) -> Iterator[str]:
    """Rule 5: per person and local day one bundle and so many urgent messages."""
    got: Counter[tuple[str, date]] = Counter()
    for message in log.messages:
        got[message.to, message.day] += 1
        most = 1 + message.presence.organisation.nudges.urgent_a_day
        if got[message.to, message.day] == most + 1:
            yield f"{message.at}: {message}, which is more than {most} messages on {message.day}"


def no_step_is_said_twice(log: Log) -> Iterator[str]:
    """A step of a clock is told once, whatever moves, fails or is down."""
    said = Counter((item.ticket.number, item.nudge.step, item.nudge.due_at) for _, item in log.items())
    for (number, step, _), times in said.items():
        if times > 1:
            yield f"C-{number}: {step} was said {times} times"


def nothing_is_said_about_what_is_done(log: Log) -> Iterator[str]:
    """Rule 11: no nudge about a closed ticket, nor about a clock that is stopped, paused or started anew."""
    for message, item in log.items():
        name, _, run = item.nudge.step.partition(":")[0].partition(".")
        clock = run_of(item.ticket, name, int(run)) if run else None
        if not item.ticket.open or (run and (clock is None or not clock.running)):
            yield f"{message.at}: {message}, but that is over ({item.ticket.state})"


def who_has_just_acted_is_left_alone(log: Log) -> Iterator[str]:
    """Rule 4: no reminder before a clock has run out within the quiet time after the holder acted, unless critical."""
    for message, item in log.items():
        # What they did in the moment in which it came they may have done because it came.
        acted = _last_act(log, item.ticket.number, message.to, message.at - timedelta(microseconds=1))
        calm = item.ticket.severity is not Severity.CRITICAL
        if item.nudge.kind != "reminder" or item.share >= 100 or acted is None or not calm:
            continue
        if _worked(item.ticket, message.to, message.presence, acted, message.at) < _quiet(message.presence):
            yield f"{message.at}: {message}, who acted at {acted}"


def every_breach_was_warned_of(log: Log) -> Iterator[str]:
    """Whenever somebody could be warned that a clock runs out, they were.

    Somebody could, when at some moment between the first step of the clock and its end Golddust was up to stay, the
    file, the holder and their absences changed no more, the holder was at work, their last act longer ago than the
    quiet time, and their day not full of urgent messages. A message about another clock of the ticket counts, if it
    came in that time: one ticket gets one message. A promise has no step before its date.
    """
    for number, name, run in log.clocks():
        breach = _breach(log, number, name, run) if name != "promise" else None
        if breach is None:
            continue
        known_since, clock = breach
        chance = _chance(log, number, clock, known_since)
        if chance is not None and not _was_warned(log, number, clock, chance[0]):
            at, person = chance
            yield f"C-{number}: {name}.{run} ran out at {clock.due_at} unwarned; {person} could be told from {at} on"


def no_joined_complaint_is_nudged_about(log: Log) -> Iterator[str]:
    """A problem has one chain of nudges: its complaints cause none, but for a promise, which was given a customer."""
    for message, item in log.items():
        if item.ticket.joined and not item.nudge.step.startswith("promise."):
            yield f"{message.at}: {message}, but that is part of C-{item.ticket.parent}"


def nothing_is_part_of_what_is_over(log: Log) -> Iterator[str]:
    """A complaint is part of an open problem, or of none."""
    for snapshot in log.snapshots:
        for ticket in snapshot.tickets.values():
            if ticket.open and ticket.joined:
                problem = snapshot.tickets.get(ticket.parent or 0)
                if problem is None or problem.kind is not Kind.PROBLEM or not problem.open:
                    yield f"{snapshot.at}: {ticket.ref} is part of C-{ticket.parent}, which is no open problem"


def whoever_reported_hears_that_the_problem_is_solved(log: Log) -> Iterator[str]:
    """When a problem is resolved, so is all that is part of it, and each reporter who is still there hears it once."""
    for one, two in pairwise(log.snapshots):
        for part in one.tickets.values():
            problem = two.tickets.get(part.parent or 0) if part.joined else None
            if problem is None or problem.open or problem.resolution is None:
                continue
            now = two.tickets[part.number]
            if now.state is not State.RESOLVED or now.resolution != problem.resolution:
                yield f"{two.at}: {problem.ref} is resolved, but {now.ref} is {now.state}"
            said = [
                heard for heard in log.news if (heard.at, heard.number, heard.what) == (two.at, part.number, "resolved")
            ]
            there = [person for person in (part.reporter,) if person in two.presence.organisation.people]
            if [heard.to for heard in said] != there:
                yield f"{two.at}: {problem.ref} is resolved; of {now.ref} that reached {said}, not {there}"


INVARIANTS = (
    every_open_ticket_has_the_right_holder,
    no_open_ticket_is_forgotten,
    nothing_goes_wrong_inside,
    only_the_holder_is_reminded,
    only_the_ladder_is_asked_for_help,
    nobody_is_nudged_outside_their_hours,
    nobody_gets_more_than_the_budget,
    no_step_is_said_twice,
    nothing_is_said_about_what_is_done,
    who_has_just_acted_is_left_alone,
    every_breach_was_warned_of,
    no_joined_complaint_is_nudged_about,
    nothing_is_part_of_what_is_over,
    whoever_reported_hears_that_the_problem_is_solved,
)


def _whose_move(ticket: Ticket, snapshot: Snapshot) -> str:
    """Rule 1 told once more, plainly: who moves next, and who stands in for them."""
    presence, at = snapshot.presence, snapshot.at
    organisation = presence.organisation
    listed = organisation.people
    person = ticket.owner if ticket.owner in listed else on_call(organisation, ticket.team, at)
    blocked = ticket.blocked
    if ticket.state is State.RESOLVED and ticket.reporter in listed:
        person = ticket.reporter
    elif blocked is not None and blocked.by == "ticket":
        other = snapshot.tickets[int(blocked.what)]
        person = _whose_move(other, snapshot) if other.open else person
    elif blocked is not None and blocked.by == "person" and blocked.what in listed:
        person = blocked.what
    elif blocked is not None and blocked.by == "team":
        person = on_call(organisation, blocked.what, at)
    assert person is not None
    standing = presence.stand_in(person, at)
    if presence.away_until(standing, at) is None:
        return standing
    return presence.stand_in(organisation.teams[organisation.in_charge(ticket.team)].lead, at)


def _ladder(ticket: Ticket, presence: Presence, at: datetime) -> set[str]:
    organisation = presence.organisation
    lead = organisation.teams[organisation.in_charge(ticket.team)].lead
    holder, leader = organisation.person(ticket.holder), organisation.person(lead)
    rungs = [lead, *organisation.organisation.admins]
    rungs += [key for key in (holder and holder.deputy, holder and holder.manager, leader and leader.manager) if key]
    return {*rungs, *(presence.stand_in(person, at) for person in rungs)}


def _quiet(presence: Presence) -> timedelta:
    return presence.organisation.nudges.quiet_after_activity.length


def _worked(ticket: Ticket, person: str, presence: Presence, start: datetime, end: datetime) -> timedelta:
    """The working time between two moments, of the team or of the person, whichever is more."""
    organisation = presence.organisation
    calendars = (organisation.calendar_of_team(ticket.team), organisation.calendar_of(person))
    return max(between(calendar, start, end) for calendar in calendars)


def _last_act(log: Log, number: int, person: str, before: datetime) -> datetime | None:
    """When this person last did something to a ticket that they have held ever since."""
    theirs = (act for act in log.acts if (act.number, act.person) == (number, person))
    *_, last = (None, *(act for act in theirs if act.at <= before))
    if last is None:
        return None
    since = (one.tickets.get(number) for one in log.snapshots[last.since :] if last.at <= one.at <= before)
    return last.at if all(ticket is None or ticket.holder == person for ticket in since) else None


def _was_warned(log: Log, number: int, clock: Clock, chance: datetime) -> bool:
    """Whether a nudge about this run of the clock went out before its end, or one about the ticket since the chance."""
    step = f"{clock.name}.{clock.run}:"
    return any(
        item.ticket.number == number and message.at <= clock.due_at
        and (item.nudge.step.startswith(step) or message.at >= chance)
        for message, item in log.items()
    )  # fmt: skip


def _breach(log: Log, number: int, name: str, run: int) -> tuple[datetime, Clock] | None:
    """The first time that a clock ran out: since when its end was known, and the clock as it was."""
    since: datetime | None = None
    before: Clock | None = None
    for one, two in pairwise(log.snapshots):
        clock = run_of(one.tickets[number], name, run) if number in one.tickets else None
        if clock is None or not clock.running:
            since, before = None, None
            continue
        if before is None or before.due_at != clock.due_at or since is None:
            since, before = one.at, clock
        if clock.due_at < two.at and clock.due_at > since and one.tickets[number].open:
            return since, clock
    return None


def _chance(log: Log, number: int, clock: Clock, known_since: datetime) -> tuple[datetime, str] | None:
    """The first moment at which somebody could be warned of a clock's end, and who."""
    known_since = max([known_since, *_unforeseen(log, number, clock.due_at)])
    for snapshot, until in log.stretches():
        ticket = snapshot.tickets.get(number)
        if ticket is None or until <= known_since:
            continue
        start = max(snapshot.at, known_since, _first_step(ticket, clock, snapshot.presence))
        acted = _last_act(log, number, ticket.holder, snapshot.at)
        if acted is not None:
            calendar = snapshot.presence.calendar_of(ticket.holder)
            start = max(start, shift(calendar, acted, _quiet(snapshot.presence)))
        at = _from_when(ticket, snapshot.presence, start)
        if at < min(until, clock.due_at) and not _day_is_full(log, ticket.holder, at, snapshot.presence):
            return at, ticket.holder
    return None


def _unforeseen(log: Log, number: int, before: datetime) -> Iterator[datetime]:
    """When an outage ended, the file changed, or the holder did or told of an absence.

    Nobody could plan the last reminder for it: whoever was at work till ten when a reminder could wait for the morning
    may be on the late shift by then, or ill, or have given the ticket to somebody who has the day off.
    """
    yield from (until for snapshot, until in log.stretches() if not snapshot.up and snapshot.at < before)
    for one, two in pairwise(log.snapshots):
        if two.at >= before or number not in one.tickets:
            continue
        holder, then, now = one.tickets[number].holder, one.presence, two.presence
        given = two.tickets[number].holder != holder
        left = any(leave.person == holder for leave in {*now.leaves} - {*then.leaves})
        if given or left or then.organisation is not now.organisation:
            yield two.at


def _day_is_full(log: Log, person: str, at: datetime, presence: Presence) -> bool:
    """Whether as many messages as may be urgent had gone to a person on that day by a moment."""
    day = at.astimezone(presence.organisation.zone_of(person)).date()
    sent = [message for message in log.messages if (message.to, message.day) == (person, day) and message.at <= at]
    return len(sent) >= presence.organisation.nudges.urgent_a_day


def _first_step(ticket: Ticket, clock: Clock, presence: Presence) -> datetime:
    organisation = presence.organisation
    share = int(organisation.policy_of(ticket.team).steps[0].at.removesuffix("%"))
    calendar = organisation.calendar_of_team(ticket.team)
    return shift(counting(clock, calendar), clock.due_at, -clock.length * (100 - share) / 100)


def _from_when(ticket: Ticket, presence: Presence, start: datetime) -> datetime:
    """The first moment from `start` on at which the holder can be written to."""
    if ticket.severity is Severity.CRITICAL:
        return start
    at = presence.reachable_from(ticket.holder, start)
    back = presence.away_until(ticket.holder, at)
    return presence.reachable_from(ticket.holder, back) if back else at


def violations(log: Log) -> list[str]:
    """Every sentence that an invariant has to say against a history."""
    return [f"{invariant.__name__}: {said}" for invariant in INVARIANTS for said in invariant(log)]
