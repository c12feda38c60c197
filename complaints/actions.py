"""An action against a cause: a ticket with an owner and a date, nudged like any other; done, it closes at once.

Source: ISO 10002 (learn from complaints), and the nudging rules, section Digest: actions and whether they worked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args

from complaints import clocks, notices
from complaints.assignment import Assignment
from complaints.calendars import Calendar, between, closing
from complaints.commands import Plan
from complaints.errors import AlreadyDone, BadInput
from complaints.holding import holder_of, reachable, with_holder
from complaints.lifecycle import LONGEST_PROMISE, Change, Event
from complaints.notices import Card, News, Notice
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Clock, ClockName, CloseReason, Kind, Resolution, Source, State, Ticket
from complaints.words import check_length

WITHIN = timedelta(days=14)
"""By when an action is to be done where nobody says so."""
PLATFORM = "golddust"
"""The platform of what was said to nobody: an action comes from a form, and hangs under no message."""

_LOOK_BACK = 14
"""Days; nobody is closed for longer, so that the last working day before a date is found."""


def planned(parent: Ticket, number: int, plan: Plan, actor: str, at: datetime, presence: Presence) -> Change:
    """The new action against the cause of a ticket, its clock running until the end of the owner's day.

    Raises BadInput where nobody says what, for an owner whom the file does not list, and for a date that has passed.
    """
    organisation = presence.organisation
    owner = plan.who or actor
    _check(parent, plan, owner, organisation)
    due = ends(organisation.calendar_of(owner), plan.until, at)
    team = _team(parent, owner, organisation)
    length = between(organisation.calendar_of_team(team), at, due)
    name = organisation.name
    action = Ticket(
        number=number, kind=Kind.ACTION, parent=parent.number, state=State.ACKNOWLEDGED, severity=Severity.NORMAL,
        category=parent.category, team=team, owner=owner, holder=owner, reporter=actor, verbatim=plan.what.strip(),
        source=Source(PLATFORM, organisation.workspace, f"action:{parent.number}", str(number), private=True),
        captured_at=at, received_at=at, acknowledged_at=at, acknowledged_by=actor,
        clocks=(Clock("resolve", at, due, max(length, timedelta())),),
        reasons=(f"an action against the cause of {parent.ref}, given to {name(owner)} by {name(actor)}",),
    )  # fmt: skip
    held = with_holder(action, holder_of(action, presence, at))
    said = {"words": action.verbatim, "team": team, "owner": owner, "until": due.isoformat()}
    card = Card(ticket=number, audience=notices.person(owner))
    return Change(held, (Event("planned", actor, at, said),), _heard([card], presence))


def noted(action: Ticket, actor: str, at: datetime) -> Event:
    """What the timeline of the ticket says against whose cause an action is taken."""
    return Event("action", actor, at, {"action": action.number, "owner": action.owner, "words": action.verbatim})


def done(action: Ticket, actor: str, at: datetime, presence: Presence, resolution: Resolution) -> Change:
    """It was carried out: it closes at once, since nobody has to tell a customer; whoever asked for it hears."""
    _must_be_open(action, presence.organisation)
    if not resolution.done.strip():
        raise BadInput(field="done", reason="Say in a few words what was done.")
    calendar = presence.organisation.calendar_of_team(action.team)
    names: tuple[ClockName, ...] = get_args(ClockName)
    closed = replace(
        clocks.stopped(action, names, at, calendar), state=State.CLOSED, close_reason=CloseReason.DONE,
        resolution=resolution, resolved_at=at, resolved_by=actor, closed_at=at, closed_by=actor, blocked=None,
        promise=None,
    )  # fmt: skip
    heard = [] if actor == action.reporter else [News(ticket=action.number, audience=_asker(action), what="done")]
    return Change(closed, (Event("done", actor, at, {"done": resolution.done}),), _heard(heard, presence))


def handed_on(
    action: Ticket, actor: str, at: datetime, presence: Presence, team: str, assignment: Assignment, reason: str
) -> Change:
    """“Not mine”: somebody else is to do it, by the same date."""
    _must_be_open(action, presence.organisation)
    why = f"{assignment.reason}: “{reason.strip()}”" if reason.strip() else assignment.reason
    handed = replace(
        action, team=team, owner=assignment.owner, bounces=action.bounces + 1, reasons=(*action.reasons, why)
    )
    held = with_holder(handed, holder_of(handed, presence, at))
    event = Event("handed back", actor, at, {"team": team, "owner": assignment.owner, "reason": reason})
    card = Card(ticket=action.number, audience=notices.person(assignment.owner), anew=True)
    return Change(held, (event,), _heard([card], presence))


def ends(calendar: Calendar, until: date | None, at: datetime) -> datetime:
    """When an action has to be done: as the owner's working day ends, or the last one before a day off.

    Raises BadInput for a day that has passed, or is more than a year away.
    """
    today = at.astimezone(calendar.zone).date()
    day = until or today + WITHIN
    if day < today:
        raise BadInput(field="action_until", reason="That day has passed; pick one that is still to come.")
    if day - today > LONGEST_PROMISE:
        raise BadInput(field="action_until", reason="That is more than a year away; pick an earlier day.")
    before = [closing(calendar, day - timedelta(days=back)) for back in range(_LOOK_BACK)]
    ahead = [closing(calendar, day + timedelta(days=on)) for on in range(1, _LOOK_BACK)]
    for end in (*before, *ahead):
        if end is not None and end > at:
            return end
    return at + WITHIN


def _check(parent: Ticket, plan: Plan, owner: str, organisation: Organisation) -> None:
    if parent.kind is Kind.ACTION:
        raise BadInput(field="action", reason=f"{parent.ref} is an action itself; name the complaint behind it.")
    if parent.erased_at is not None:
        raise AlreadyDone(reason=f"What was said in {parent.ref} has been erased, so no action can be taken on it.")
    if not plan.what.strip():
        raise BadInput(field="action", reason="Say in a few words what is to be done.")
    check_length(plan.what)
    if owner not in organisation.people:
        raise BadInput(field="action_who", reason="I don’t know them yet; pick a colleague who is in golddust.yml.")


def _team(parent: Ticket, owner: str, organisation: Organisation) -> str:
    """The ticket's own team where the owner is of it, else the first of theirs that owns anything."""
    theirs = [team for team in organisation.teams_of(owner) if organisation.teams[team].owns]
    return parent.team if parent.team in theirs or not theirs else theirs[0]


def _must_be_open(action: Ticket, organisation: Organisation) -> None:
    if not action.open:
        by = organisation.name(action.closed_by) if action.closed_by else "somebody"
        raise AlreadyDone(reason=f"{action.ref} is over already: {by} closed it.")


def _asker(action: Ticket) -> str:
    return notices.person(action.reporter)


def _heard(said: Sequence[Notice], presence: Presence) -> tuple[Notice, ...]:
    return tuple(one for one in said if reachable(one.audience.removeprefix("person:"), presence))
