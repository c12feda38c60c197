"""After an action is done: “you said, we did” at once, and 30 and 90 days later whether the cause came back."""

from __future__ import annotations

from datetime import timedelta

from complaints import notices
from complaints.follow_ups import LOOKS, Complaint, Found, told_about
from complaints.holding import reachable
from complaints.lifecycle import GOLDDUST, Event
from complaints.notices import LookedBack, WeDid
from complaints.ticket import CloseReason, Kind, Ticket
from handlers.context import Context
from handlers.viewing import name_of
from storage import follow_ups, outbox, tickets, timeline
from storage.follow_ups import FollowUp

__all__ = ["LOOKS", "begin", "look_back", "tell_reporters"]

PORTION = 20
"""Looks that one transaction makes."""
MOST_TOLD = 20
"""So many complaints are looked at whose reporters hear what was done."""
REPORTED_WITHIN = timedelta(days=365)


def begin(context: Context, action: Ticket) -> None:
    """Plan the looks back at an action that is done, in its owner's working hours."""
    done_at, owner = context.at, action.owner or action.holder
    due = {days: context.presence.reachable_from(owner, done_at + timedelta(days=days)) for days in LOOKS}
    follow_ups.put(context.session, context.workspace, action.number, done_at, due)


def tell_reporters(context: Context, action: Ticket) -> int:
    """Tell the reporters of complaints with this cause what was done, once each; how many hear it."""
    if not context.organisation.learning.tell_reporters or action.parent is None:
        return 0
    cause = _cause(context, action.parent)
    since = context.at - REPORTED_WITHIN
    where = (context.session, context.workspace)
    known = follow_ups.concerned(*where, cause, action.parent, since, context.at, MOST_TOLD)
    meant = told_about(known, action.resolved_by or "")
    told = [_we_did(action, one) for one in meant if reachable(one.reporter, context.presence)]
    outbox.put(context.session, context.workspace, told, context.at)
    return len(told)


def look_back(context: Context, limit: int = PORTION) -> tuple[int, list[LookedBack]]:
    """Look at up to `limit` actions whose day has come; how many there were, and what was put in the outbox."""
    due = follow_ups.due(context.session, context.workspace, context.at, limit)
    told = [notice for one in due for notice in _look(context, one)]
    return len(due), told


def _look(context: Context, one: FollowUp) -> list[LookedBack]:
    where = (context.session, context.workspace)
    action = tickets.find(*where, one.action)
    if action is None or action.close_reason is not CloseReason.DONE or action.closed_at != one.done_at:
        follow_ups.looked(*where, one.action, one.days, context.at, None)
        return []
    cause = _cause(context, action.parent)
    found = follow_ups.counted(*where, cause, action.team, action.category, one.done_at, one.days)
    follow_ups.looked(*where, one.action, one.days, context.at, found)
    timeline.append(*where, action.number, [_event(context, found)])
    about = cause or action.category or name_of(context, action.team)
    return [_tell(context, action, reader, about, found) for reader in _readers(context, action)]


def _readers(context: Context, action: Ticket) -> list[str]:
    """The owner and the lead of their team, or while they are away whoever stands in for them."""
    organisation = context.organisation
    lead = organisation.teams[organisation.in_charge(action.team)].lead
    meant = [one for one in (action.owner, lead) if one is not None and reachable(one, context.presence)]
    return list(dict.fromkeys(context.presence.stand_in(one, context.at) for one in meant))


def _tell(context: Context, action: Ticket, reader: str, about: str, found: Found) -> LookedBack:
    notice = LookedBack(ticket=action.number, audience=notices.person(reader), about=about, found=found)
    due_at = context.presence.here_from(reader, context.at)
    outbox.put_one(context.session, context.workspace, notice, context.at, due_at)
    return notice


def _we_did(action: Ticket, complaint: Complaint) -> WeDid:
    words = action.words or action.verbatim
    return WeDid(ticket=complaint.number, audience=notices.person(complaint.reporter), words=words)


def _cause(context: Context, number: int | None) -> str:
    """The cause that was given of a ticket; of a complaint that is part of a problem, the problem's."""
    parent = tickets.find(context.session, context.workspace, number) if number is not None else None
    if parent is None:
        return ""
    if parent.resolution is not None and parent.resolution.root_cause.strip():
        return parent.resolution.root_cause.strip()
    return _cause(context, parent.parent) if parent.kind is Kind.COMPLAINT else ""


def _event(context: Context, found: Found) -> Event:
    counted = {"days": found.days, "back": found.back, "before": found.before, "uncertain": found.uncertain}
    return Event("looked back", GOLDDUST, context.at, {**counted, "how": found.how})
