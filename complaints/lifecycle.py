"""The ticket's life: each function takes a ticket and what happened, and returns the change.

A change is the ticket as it becomes, what the timeline says of it, and the notices to send. Rights are checked before
(complaints.rights); that a thing has been done already is found out here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import get_args

from complaints import clocks, notices, profiles
from complaints.assignment import Assignment
from complaints.calendars import Calendar
from complaints.errors import AlreadyDone, BadInput
from complaints.holding import holder_of, owner_side, reachable, with_holder
from complaints.notices import Captured, Card, News, NewsKind, Notice
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.routing import Routing
from complaints.severity import Severity
from complaints.ticket import (
    Attachment,
    Blocked,
    Clock,
    ClockName,
    CloseReason,
    Kind,
    Promise,
    Resolution,
    Source,
    State,
    Ticket,
)
from complaints.words import check_length

BOUNCES = 3
"""After so many hand-backs a ticket goes to the lead of triage with its trail (rule 8)."""

LONGEST_PROMISE = timedelta(days=366)

_CLOSED_BECAUSE = {
    CloseReason.TOLD: "the customer knows",
    CloseReason.DUPLICATE: "it is a duplicate",
    CloseReason.WITHDRAWN: "it was withdrawn",
    CloseReason.NOT_A_COMPLAINT: "it is not a complaint",
    CloseReason.IMPORTED: "it was closed before it was imported",
    CloseReason.DONE: "it is done",
}

Said = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's timeline."""

    kind: str
    actor: str
    at: datetime
    data: Said = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a use case saves in one transaction."""

    ticket: Ticket
    events: tuple[Event, ...]
    notices: tuple[Notice, ...] = ()


def captured(
    number: int, words: str, source: Source, reporter: str, at: datetime, routing: Routing, assignment: Assignment,
    presence: Presence, *, attachments: tuple[Attachment, ...] = (), received_at: datetime | None = None,
    version: str = "", tell_reporter: bool = True, given: Said | None = None,
) -> Change:  # fmt: skip
    """A new ticket: routed, owned, its clocks to acknowledge and to resolve running from `at`.

    The regulatory clocks of its team's profiles count from when it was received. `given` is what the timeline keeps of
    what the reporter decided and where it was said, so that it can be routed again under another file.
    """
    organisation = presence.organisation
    policy, calendar = organisation.policy_of(routing.team), organisation.calendar_of_team(routing.team)
    running = tuple(
        clocks.start(name, at, getattr(policy.clocks, name).of(routing.severity), calendar)
        for name in ("acknowledge", "resolve")
    )
    regulatory = profiles.started(organisation.profiles_of(routing.team), received_at or at, calendar)
    ticket = Ticket(
        number=number, severity=routing.severity, category=routing.category, team=routing.team, owner=assignment.owner,
        holder=assignment.owner, reporter=reporter, customer=routing.customer, verbatim=words, attachments=attachments,
        source=source, captured_at=at, received_at=received_at or at, clocks=(*running, *regulatory),
        reasons=(routing.reason, assignment.reason), policy_version=version,
    )  # fmt: skip
    said_so = {"words": words, "team": ticket.team, "owner": ticket.owner, **(given or {})}
    event = Event("captured", reporter, at, said_so)
    said: list[Notice] = [Card(ticket=number, audience=notices.team(ticket.team))]
    said.append(Card(ticket=number, audience=notices.person(assignment.owner)))
    if tell_reporter:
        said.append(Captured(ticket=number, audience=notices.person(reporter)))
    return _change(ticket, presence, at, event, said)


def acknowledge(ticket: Ticket, actor: str, at: datetime, presence: Presence) -> Change:
    """The owner's side has seen it; whoever of the team acknowledges first owns it from then on."""
    name = presence.organisation.name
    _must_be_open(ticket, presence.organisation)
    if ticket.state is not State.NEW:
        by = name(ticket.acknowledged_by) if ticket.acknowledged_by else "Somebody"
        who = "You have" if ticket.acknowledged_by == actor else f"{by} has"
        raise AlreadyDone(reason=f"{who} already acknowledged {ticket.ref}.")
    owner = actor if ticket.team in presence.organisation.teams_of(actor) else ticket.owner
    seen = _acknowledged(replace(ticket, owner=owner), actor, at, presence)
    return _change(seen, presence, at, Event("acknowledged", actor, at), _news(ticket, "acknowledged"))


def resolve(ticket: Ticket, actor: str, at: datetime, presence: Presence, resolution: Resolution) -> Change:
    """It is fixed: the clock to tell starts, and the move is the reporter's until the customer was told.

    What is no complaint closes at once, because nobody has to be told of it.
    """
    _must_be_unresolved(ticket, presence.organisation)
    if not resolution.done.strip():
        raise BadInput(field="done", reason="Say in a few words what was done, so that the customer can be told.")
    calendar = presence.organisation.calendar_of_team(ticket.team)
    seen = clocks.resumed(_acknowledged(_as_of(ticket, at, calendar), actor, at, presence), at, calendar)
    done = clocks.stopped(clocks.kept(seen, "resolved", at), _WHILE_UNRESOLVED, at, calendar)
    said = {"done": resolution.done, "root_cause": resolution.root_cause, "tell": resolution.tell}
    event = Event("resolved", actor, at, said)
    if ticket.kind is not Kind.COMPLAINT:
        closed = _closed(done, CloseReason.DONE, actor, at, presence)
        return _change(replace(closed, resolution=resolution, resolved_at=at, resolved_by=actor), presence, at, event)
    policy = presence.organisation.policy_of(ticket.team)
    tell = clocks.start(
        "tell", at, policy.clocks.tell.of(ticket.severity), calendar, run=clocks.next_run(ticket, "tell")
    )
    resolved = replace(
        clocks.with_clock(done, tell), state=State.RESOLVED, resolution=resolution, resolved_at=at, resolved_by=actor,
        blocked=None, promise=None,
    )  # fmt: skip
    return _change(resolved, presence, at, event, _news(ticket, "resolved"))


def block(
    ticket: Ticket, actor: str, at: datetime, presence: Presence, blocked: Blocked, line: Sequence[Ticket] = ()
) -> Change:
    """Somebody or something else must move first: the internal clocks pause, and the blocker holds it.

    A promise stays: the customer was given the date.

    `line` is the other ticket, where one blocks, and after it those that it waits for in turn: a ticket can't wait for
    itself, not even through others.
    """
    _must_be_unresolved(ticket, presence.organisation)
    _check_blocker(ticket, presence.organisation, blocked, line)
    if blocked.by == "person" and blocked.what in {actor, ticket.owner}:
        raise BadInput(field="what", reason="It is their move already; name somebody else, or what it waits for.")
    blocking = line[0] if line else None
    if ticket.joined and blocking is not None and blocking.number == ticket.parent:
        raise AlreadyDone(reason=f"{ticket.ref} is part of {blocking.ref}, and waits for it already.")
    calendar = presence.organisation.calendar_of_team(ticket.team)
    still = clocks.paused(_acknowledged(_as_of(ticket, at, calendar), actor, at, presence), at, calendar)
    still = clocks.stopped(still, ("unblock",) if ticket.promise else ("unblock", "promise"), at, calendar)
    length = presence.organisation.policy_of(ticket.team).clocks.unblock.of(ticket.severity)
    answer = clocks.start("unblock", at, length, calendar, run=clocks.next_run(ticket, "unblock"))
    waiting = replace(clocks.with_clock(still, answer), state=State.BLOCKED, blocked=blocked)
    said = {"by": blocked.by, "what": blocked.what, "why": blocked.why}
    event = Event("blocked", actor, at, said)
    holder = holder_of(waiting, presence, at, blocking)
    asks = [Card(ticket=ticket.number, audience=notices.person(holder), anew=True)] if holder != ticket.holder else []
    return _change(waiting, presence, at, event, asks, blocking)


def unblock(ticket: Ticket, actor: str, at: datetime, presence: Presence) -> Change:
    """What blocked the ticket is out of the way: the clocks run on with exactly what was left.

    Where a promise is still to come they wait for its date.
    """
    if ticket.state is not State.BLOCKED:
        raise AlreadyDone(reason=f"{ticket.ref} is not blocked any more.")
    event = Event("left", actor, at, {"problem": ticket.parent}) if ticket.joined else Event("unblocked", actor, at)
    calendar = presence.organisation.calendar_of_team(ticket.team)
    going = clocks.stopped(_freed(ticket, at, calendar), ("unblock",), at, calendar)
    free = replace(going, state=State.ACKNOWLEDGED, blocked=None)
    owner = holder_of(free, presence, at)
    asks = [Card(ticket=ticket.number, audience=notices.person(owner), anew=True)] if owner != actor else []
    return _change(free, presence, at, event, asks)


def join(
    ticket: Ticket, actor: str, at: datetime, presence: Presence, problem: Ticket, line: Sequence[Ticket] = ()
) -> Change:
    """It is part of a problem: the internal clocks pause, and who holds that holds it, without a clock to unblock.

    Regulatory clocks go on, and so does a promise: the customer was given the date. `line` is what the problem waits
    for in turn, as of `block`.
    """
    _must_be_unresolved(ticket, presence.organisation)
    if ticket.kind is not Kind.COMPLAINT:
        raise BadInput(field="ticket", reason=f"{ticket.ref} is no complaint; only complaints can be joined.")
    if ticket.joined:
        raise AlreadyDone(reason=f"{ticket.ref} is part of C-{ticket.parent} already.")
    blocked = Blocked("ticket", str(problem.number))
    _check_blocker(ticket, presence.organisation, blocked, (problem, *line))
    calendar = presence.organisation.calendar_of_team(ticket.team)
    still = clocks.paused(_acknowledged(_as_of(ticket, at, calendar), actor, at, presence), at, calendar)
    still = clocks.stopped(still, ("unblock",), at, calendar)
    joined = replace(still, state=State.BLOCKED, blocked=blocked, parent=problem.number)
    said = _news(ticket, "acknowledged") if ticket.state is State.NEW else ()
    event = Event("joined", actor, at, {"problem": problem.number})
    return _change(joined, presence, at, event, said, blocking=problem)


def promise(ticket: Ticket, actor: str, at: datetime, presence: Presence, given: Promise) -> Change:
    """The owner gives a date: the internal clocks pause until then, and the reporter sees it (rule 7).

    Raises BadInput for a date after a regulatory clock has run out: no promise gives more time than the rule does.
    """
    _must_be_unresolved(ticket, presence.organisation)
    if given.until <= at:
        raise BadInput(field="until", reason="That moment has passed; promise a date that is still to come.")
    if given.until - at > LONGEST_PROMISE:
        raise BadInput(field="until", reason="That is more than a year away; promise an earlier date.")
    calendar = presence.organisation.calendar_of_team(ticket.team)
    going = _acknowledged(_as_of(ticket, at, calendar), actor, at, presence)
    _check_duties(going, at, given.until, calendar)
    still = clocks.paused(clocks.stopped(going, ("unblock", "promise"), at, calendar), at, calendar)
    date = clocks.until("promise", at, given.until, run=clocks.next_run(ticket, "promise"))
    promised = replace(clocks.with_clock(still, date), state=State.ACKNOWLEDGED, blocked=None, promise=given)
    said = {"until": given.until.isoformat(), "reason": given.reason}
    return _change(promised, presence, at, Event("promised", actor, at, said), _news(ticket, "promised"))


def break_promise(ticket: Ticket, at: datetime, presence: Presence) -> Change:
    """The promised moment has come and it is not resolved: counted, and the clocks run on from that moment.

    While the ticket is blocked they stay paused.
    """
    calendar = presence.organisation.calendar_of_team(ticket.team)
    since = min(ticket.promise.until, at) if ticket.promise else at
    going = ticket if ticket.state is State.BLOCKED else clocks.resumed(ticket, since, calendar)
    broken = replace(going, promise=None, broken_promises=ticket.broken_promises + 1)
    return _change(broken, presence, at, Event("promise broken", GOLDDUST, at))


def hand_back(
    ticket: Ticket, actor: str, at: datetime, presence: Presence, team: str, assignment: Assignment, reason: str,
    asked: str = "",
) -> Change:  # fmt: skip
    """“Not mine”: somebody else owns it, and the clock to acknowledge starts anew for them; the customer's goes on.

    A promise to the customer stays, for the new owner to keep, unless a rule of the new team asks for an answer before
    that date: then it lapses, the reporter hears so, and the new owner gives one of their own. The regulatory clocks
    that run go on as they are; those of the new team's profiles that the ticket does not have are added, counted from
    when it was received. `asked` says for the timeline whom the actor named: `person:KEY`, `team:KEY`, or `triage` for
    “I don't know”.
    """
    _must_be_unresolved(ticket, presence.organisation)
    organisation = presence.organisation
    calendar = organisation.calendar_of_team(team)
    before = _as_of(ticket, at, organisation.calendar_of_team(ticket.team))
    owed = profiles.with_missing(before, organisation.profiles_of(team), calendar)
    kept = _keepable(owed, at)
    going = _freed(replace(owed, promise=kept), at, calendar)
    going = clocks.stopped(going, ("unblock",) if kept else ("unblock", "promise"), at, calendar)
    length = organisation.policy_of(team).clocks.acknowledge.of(ticket.severity)
    seen = clocks.start("acknowledge", at, length, calendar, run=clocks.next_run(ticket, "acknowledge"))
    handed = replace(
        clocks.with_clock(going, seen), state=State.NEW, team=team, owner=assignment.owner, bounces=ticket.bounces + 1,
        acknowledged_by=None, blocked=None,
        reasons=(*ticket.reasons, _because(assignment.reason, reason)),
    )  # fmt: skip
    event = Event("handed back", actor, at, {"team": team, "owner": assignment.owner, "reason": reason, "asked": asked})
    said: list[Notice] = [Card(ticket=ticket.number, audience=notices.person(assignment.owner), anew=True)]
    if team != ticket.team:
        said.append(Card(ticket=ticket.number, audience=notices.team(team)))
    if ticket.promise is None or kept is not None:
        return _change(handed, presence, at, event, said)
    changed = _change(handed, presence, at, event, (*said, *_news(ticket, "promise lapsed")))
    lapsed = Event("promise lapsed", GOLDDUST, at, {"until": ticket.promise.until.isoformat()})
    return replace(changed, events=(*changed.events, lapsed))


def dismiss(
    ticket: Ticket, actor: str, at: datetime, presence: Presence, duplicate_of: int | None, reason: str
) -> Change:
    """It is a duplicate, or not a complaint: it closes, and the reporter hears why."""
    _must_be_open(ticket, presence.organisation)
    why = CloseReason.DUPLICATE if duplicate_of is not None else CloseReason.NOT_A_COMPLAINT
    closed = _closed(replace(ticket, duplicate_of=duplicate_of, close_note=reason.strip()), why, actor, at, presence)
    event = Event("closed", actor, at, {"reason": why.value, "duplicate_of": duplicate_of, "why": reason})
    return _change(closed, presence, at, event, _news(ticket, "dismissed"))


def told(ticket: Ticket, actor: str, at: datetime, presence: Presence) -> Change:
    """The customer has been told: the ticket closes."""
    _must_be_open(ticket, presence.organisation)
    if ticket.state is not State.RESOLVED:
        raise AlreadyDone(reason=f"{ticket.ref} is not resolved yet, so there is nothing to tell the customer.")
    closed = _closed(replace(ticket, told_at=at), CloseReason.TOLD, actor, at, presence)
    return _change(closed, presence, at, Event("told", actor, at))


def reopen(ticket: Ticket, actor: str, at: datetime, presence: Presence, reason: str) -> Change:
    """It is not fixed after all: back to its owner, with the clock to resolve started anew.

    A regulatory clock runs on against its original date: the complaint is still the same one.
    """
    if ticket.erased_at is not None:
        raise AlreadyDone(reason=f"What was said in {ticket.ref} has been erased; report the complaint anew.")
    if ticket.state not in {State.RESOLVED, State.CLOSED}:
        raise AlreadyDone(reason=f"{ticket.ref} is open already.")
    organisation = presence.organisation
    policy, calendar = organisation.policy_of(ticket.team), organisation.calendar_of_team(ticket.team)
    stopped = clocks.owed_again(clocks.stopped(ticket, ("tell",), at, calendar), at)
    length = policy.clocks.resolve.of(ticket.severity)
    again = clocks.start("resolve", at, length, calendar, run=clocks.next_run(ticket, "resolve"))
    back = replace(
        clocks.with_clock(stopped, again), state=State.ACKNOWLEDGED, resolution=None, resolved_at=None,
        resolved_by=None, told_at=None, closed_at=None, closed_by=None, close_reason=None, close_note="",
        duplicate_of=None, reasons=(*ticket.reasons, _because(f"reopened by {organisation.name(actor)}", reason)),
    )  # fmt: skip
    owner = owner_side(back, presence, at)
    asks = [Card(ticket=ticket.number, audience=notices.person(owner), anew=True)]
    return _change(back, presence, at, Event("reopened", actor, at, {"reason": reason}), asks)


def withdraw(ticket: Ticket, actor: str, at: datetime, presence: Presence) -> Change:
    """The reporter takes it back: it closes, and its cards say so."""
    _must_be_open(ticket, presence.organisation)
    closed = _closed(ticket, CloseReason.WITHDRAWN, actor, at, presence)
    return _change(closed, presence, at, Event("withdrawn", actor, at))


def reword(
    ticket: Ticket, actor: str, at: datetime, presence: Presence, words: str | None, customer: str | None
) -> Change:
    """A later version of the words, or the customer's name (empty: none); the first words stay, no clock moves."""
    if ticket.erased_at is not None:
        raise AlreadyDone(reason=f"What was said in {ticket.ref} has been erased, and stays so.")
    if words is not None and not words.strip():
        raise BadInput(field="words", reason="Say in a sentence what the customer complained about.")
    check_length(words or "")
    named = ticket.customer if customer is None else customer or None
    worded = replace(ticket, words=words if words is not None else ticket.words, customer=named)
    event = Event("edited", actor, at, {"words": words, "customer": customer})
    return _change(worded, presence, at, event)


def correct_severity(ticket: Ticket, actor: str, at: datetime, presence: Presence, severity: Severity) -> Change:
    """Another severity: each clock gets its new length, counted from its old start; regulatory ones keep theirs."""
    _must_be_open(ticket, presence.organisation)
    if severity is ticket.severity:
        raise AlreadyDone(reason=f"The severity of {ticket.ref} is already {severity}.")
    organisation = presence.organisation
    lengths, calendar = organisation.policy_of(ticket.team).clocks, organisation.calendar_of_team(ticket.team)
    moved = ticket
    for clock in ticket.clocks:
        if not clock.rule and clock.name != "promise":
            resized = clocks.resize(clock, getattr(lengths, clock.name).of(severity), calendar)
            moved = clocks.moved(moved, resized, at, calendar)
    event = Event("severity", actor, at, {"from": ticket.severity.value, "to": severity.value})
    return _change(replace(moved, severity=severity), presence, at, event)


def commented(
    ticket: Ticket, actor: str, at: datetime, presence: Presence, words: str, attachments: tuple[Attachment, ...],
    others: tuple[Notice, ...], owners_side: bool,
) -> Change:  # fmt: skip
    """Somebody replied in a thread of the ticket, and its files are the ticket's from then on.

    A reply of the owner's side is its first human move too.
    """
    ticket = replace(ticket, attachments=tuple(dict.fromkeys((*ticket.attachments, *attachments))))
    files = ", ".join(f"{attachment.name} {attachment.address}" for attachment in attachments)
    event = Event("comment", actor, at, {"words": words, "files": files})
    if owners_side and ticket.state is State.NEW:
        moved = _acknowledged(ticket, actor, at, presence)
        return _change(moved, presence, at, event, [*_news(ticket, "acknowledged"), *others])
    return Change(_acted(ticket, actor, at), (event,), _heard(others, presence))


GOLDDUST = "golddust"
"""The actor of what Golddust itself does."""


_WHILE_UNRESOLVED: tuple[ClockName, ...] = ("acknowledge", "resolve", "unblock", "promise")


def _as_of(ticket: Ticket, at: datetime, calendar: Calendar) -> Ticket:
    """The ticket with its clocks as they stand at `at`: from a promised moment that has passed on they run again."""
    if ticket.promise is None or ticket.promise.until > at or ticket.state is State.BLOCKED:
        return ticket
    return clocks.resumed(ticket, ticket.promise.until, calendar)


def _freed(ticket: Ticket, at: datetime, calendar: Calendar) -> Ticket:
    """The ticket with its clocks running on, unless they wait for a promised moment that is still to come."""
    if ticket.promise is not None and ticket.promise.until > at:
        return ticket
    return clocks.resumed(ticket, at, calendar)


def _keepable(ticket: Ticket, at: datetime) -> Promise | None:
    """The promise, unless something that a regulator asks for is due before its date."""
    given = ticket.promise
    return None if given is not None and _duty_before(ticket, at, given.until) else given


def _duty_before(ticket: Ticket, at: datetime, until: datetime) -> Clock | None:
    duty = clocks.next_duty(ticket, at)
    return duty if duty is not None and duty.due_at < until else None


def _check_duties(ticket: Ticket, at: datetime, until: datetime, calendar: Calendar) -> None:
    duty = _duty_before(ticket, at, until)
    if duty is None or duty.regulation is None:
        return
    what, local = profiles.DUTIES[duty.name], duty.due_at.astimezone(calendar.zone)
    by = f"{local.day} {local:%B %Y}, {local:%H:%M} ({duty.regulation.name})"
    raise BadInput(field="until", reason=f"{what.capitalize()} is due by {by}; promise a date no later than that.")


def _because(what: str, reason: str) -> str:
    return f"{what}: “{reason.strip()}”" if reason.strip() else what


def _acknowledged(ticket: Ticket, actor: str, at: datetime, presence: Presence) -> Ticket:
    if ticket.state is not State.NEW:
        # One that was closed before anybody had seen it, and came back, is seen now.
        return ticket if ticket.acknowledged_at else replace(ticket, acknowledged_at=at, acknowledged_by=actor)
    calendar = presence.organisation.calendar_of_team(ticket.team)
    seen = clocks.stopped(clocks.kept(ticket, "acknowledged", at), ("acknowledge",), at, calendar)
    return replace(seen, state=State.ACKNOWLEDGED, acknowledged_at=ticket.acknowledged_at or at, acknowledged_by=actor)


def _closed(ticket: Ticket, reason: CloseReason, actor: str, at: datetime, presence: Presence) -> Ticket:
    calendar = presence.organisation.calendar_of_team(ticket.team)
    names: tuple[ClockName, ...] = get_args(ClockName)
    stopped = clocks.stopped(_as_of(ticket, at, calendar), names, at, calendar)
    return replace(
        stopped, state=State.CLOSED, close_reason=reason, closed_by=actor, closed_at=at, blocked=None, promise=None
    )


def _news(ticket: Ticket, what: NewsKind) -> tuple[News, ...]:
    if ticket.kind is not Kind.COMPLAINT:
        return ()  # nobody reported it, so nobody waits to hear
    return (News(ticket=ticket.number, audience=notices.person(ticket.reporter), what=what),)


def _change(
    ticket: Ticket, presence: Presence, at: datetime, event: Event, said: Sequence[Notice] = (),
    blocking: Ticket | None = None,
) -> Change:  # fmt: skip
    """The change with its holder worked out anew, and without notices that nobody could hear."""
    ticket = _apart(ticket)
    held = _held(ticket, presence, at, blocking) if ticket.open else ticket
    held = _acted(held, event.actor, at)
    return Change(held, (event,), _heard(said, presence))


def _apart(ticket: Ticket) -> Ticket:
    """The ticket, no longer part of a problem where it goes its own way again."""
    if ticket.parent is None:
        return ticket
    moves = ticket.state in {State.NEW, State.ACKNOWLEDGED, State.BLOCKED} and not ticket.joined
    return replace(ticket, parent=None) if moves and ticket.kind is Kind.COMPLAINT else ticket


def _held(ticket: Ticket, presence: Presence, at: datetime, blocking: Ticket | None) -> Ticket:
    if blocking is None and ticket.blocked is not None and ticket.blocked.by == "ticket":
        return ticket  # it stays with whoever holds the last ticket of those that it waits for
    return with_holder(ticket, holder_of(ticket, presence, at, blocking))


def _acted(ticket: Ticket, actor: str, at: datetime) -> Ticket:
    """The ticket that remembers when its holder last did something (rule 4 of the nudging rules)."""
    return replace(ticket, acted_at=at) if actor == ticket.holder else ticket


def _heard(said: Sequence[Notice], presence: Presence) -> tuple[Notice, ...]:
    return tuple(notice for notice in said if _can_hear(notice, presence))


def _can_hear(notice: Notice, presence: Presence) -> bool:
    key = notice.audience.removeprefix("person:")
    return key == notice.audience or reachable(key, presence)


def _sentence(organisation: Organisation, person: str | None) -> str:
    """A name to begin a sentence with."""
    name = organisation.name(person) if person else "somebody"
    return name[0].upper() + name[1:]


def _must_be_open(ticket: Ticket, organisation: Organisation) -> None:
    if not ticket.open:
        by = _sentence(organisation, ticket.closed_by)
        why = _CLOSED_BECAUSE[ticket.close_reason] if ticket.close_reason else "it is over"
        raise AlreadyDone(reason=f"{by} has already closed {ticket.ref}: {why}.")


def _must_be_unresolved(ticket: Ticket, organisation: Organisation) -> None:
    _must_be_open(ticket, organisation)
    if ticket.state is State.RESOLVED:
        by = _sentence(organisation, ticket.resolved_by)
        raise AlreadyDone(reason=f"{by} has already resolved {ticket.ref}.")


def _check_blocker(ticket: Ticket, organisation: Organisation, blocked: Blocked, line: Sequence[Ticket]) -> None:
    known: dict[str, Collection[str]] = {"team": organisation.teams, "person": organisation.people}
    if not blocked.what.strip():
        raise BadInput(field="what", reason="Say who or what it waits for.")
    if blocked.what not in known.get(blocked.by, (blocked.what,)):
        raise BadInput(field="what", reason=f"I don’t know “{blocked.what}”; pick one from the list.")
    if blocked.by == "ticket" and (not line or line[0].state in {State.RESOLVED, State.CLOSED}):
        raise BadInput(field="what", reason=f"Nobody is working on a ticket C-{blocked.what}; name one that is open.")
    if line and line[0].number == ticket.number:
        raise BadInput(field="what", reason=f"{ticket.ref} can’t wait for itself.")
    ring = _ring(ticket, line)
    if ring:
        raise BadInput(field="what", reason=f"{ring}: that would never end. Name what has to move first.")


def _ring(ticket: Ticket, line: Sequence[Ticket]) -> str:
    """“C-1 waits for C-2, C-2 for C-3, C-3 for C-1”; empty where the line does not lead back to the ticket."""
    waiting = [(other.blocked.by, other.blocked.what) if other.blocked else None for other in line]
    if ("ticket", str(ticket.number)) not in waiting:
        return ""
    links = line[: waiting.index(("ticket", str(ticket.number))) + 1]
    refs = [ticket.ref, *(other.ref for other in links), ticket.ref]
    (one, two), *others = pairwise(refs)
    return ", ".join((f"{one} waits for {two}", *(f"{one} for {two}" for one, two in others)))
