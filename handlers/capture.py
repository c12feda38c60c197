"""Somebody said what a customer complained about: one ticket, routed and owned, however often it is delivered."""

from __future__ import annotations

from dataclasses import replace

from complaints import lifecycle
from complaints.assignment import Assignment, Load, assign
from complaints.commands import CaptureComplaint
from complaints.conditions import Facts
from complaints.errors import BadInput
from complaints.lifecycle import Said
from complaints.replies import Captured
from complaints.routing import Routing, route
from complaints.ticket import Ticket
from complaints.words import check_length, named, storable
from handlers.context import Context
from handlers.viewing import view
from storage import seen, tickets


def capture(context: Context, command: CaptureComplaint) -> Captured:
    """The new ticket, or the one that the same message made before; raises BadInput for empty or endless words."""
    known = seen.ticket_seen(context.session, context.workspace, command.source.key)
    if known is not None:
        return again(context, known)
    command = _clean(command)
    _check(command)
    routing = route(context.organisation, facts_of(context, command), customer=command.customer)
    assignment = assign_within(context, routing.team)
    number = tickets.next_number(context.session, context.workspace)
    if not seen.first_time(context.session, context.workspace, command.source.key, context.at, number):
        return again(context, seen.ticket_seen(context.session, context.workspace, command.source.key) or 0)
    return Captured(view(context, _add(context, command, number, routing, assignment)))


def _add(context: Context, command: CaptureComplaint, number: int, routing: Routing, assignment: Assignment) -> Ticket:
    change = lifecycle.captured(
        number, command.words, command.source, command.actor, command.at, routing, assignment, context.presence,
        attachments=command.attachments, received_at=command.received_at, tell_reporter=not command.answered_at_once,
        given=_given(command),
    )  # fmt: skip
    return context.add(change)


def _given(command: CaptureComplaint) -> Said:
    """What the reporter decided and where it was said, as the timeline keeps it."""
    severity = command.severity.value if command.severity else None
    return {"severity": severity, "customer": command.customer, "channels": "\n".join(command.channels)}


def facts_of(context: Context, command: CaptureComplaint) -> Facts:
    """What the routing rules can look at in a complaint."""
    return Facts(
        text=command.words,
        channels=command.channels,
        reporter_teams=context.organisation.teams_of(command.actor),
        severity=command.severity,
    )


def assign_within(context: Context, team: str) -> Assignment:
    """The person of a team whose turn it is now."""
    members = context.organisation.teams[team].members
    load = Load(
        tickets.open_by_owner(context.session, context.workspace, members),
        tickets.last_owner(context.session, context.workspace, team),
    )
    return assign(context.presence, team, load, context.at)


def _clean(command: CaptureComplaint) -> CaptureComplaint:
    files = tuple(replace(file, name=named(file.name), address=storable(file.address)) for file in command.attachments)
    customer = named(command.customer) if command.customer else None
    return replace(command, words=storable(command.words), customer=customer, attachments=files)


def _check(command: CaptureComplaint) -> None:
    if not command.words.strip() and not command.attachments:
        raise BadInput(field="words", reason="Say in a sentence what the customer complained about.")
    check_length(command.words)


def again(context: Context, number: int) -> Captured:
    """The ticket that the same message made before."""
    return Captured(view(context, tickets.load(context.session, context.workspace, number)), again=True)
