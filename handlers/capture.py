"""Somebody said what a customer complained about: one ticket, routed and owned, however often it is delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from complaints import lifecycle
from complaints.assignment import Assignment, assign
from complaints.commands import CaptureComplaint
from complaints.conditions import Facts
from complaints.errors import BadInput
from complaints.lifecycle import Change, Said
from complaints.replies import Captured
from complaints.routing import Routing, route
from complaints.ticket import Ticket
from complaints.words import check_length, named, storable
from handlers.context import Context
from handlers.loads import Loads
from handlers.viewing import view
from storage import seen, tickets


def capture(context: Context, command: CaptureComplaint) -> Captured:
    """The new ticket, or the one that the same message made before; raises BadInput for empty or endless words."""
    [reply] = capture_all(context, [command])
    if isinstance(reply, BadInput):
        raise reply
    return reply


def capture_all(context: Context, commands: Sequence[CaptureComplaint]) -> list[Captured | BadInput]:
    """For each complaint what `capture` says; `context` is as of the earliest of them."""
    keys = [command.source.key for command in commands]
    known = seen.tickets_seen(context.session, context.workspace, keys)
    checked = [None if key in known else _checked(command) for key, command in zip(keys, commands, strict=True)]
    # Of a message that comes twice the first counts.
    fresh = {one.source.key: one for one in reversed(checked) if isinstance(one, CaptureComplaint)}
    new = {ticket.source.key: ticket for ticket in _add(context, list(reversed(fresh.values())))}
    replies: list[Captured | BadInput] = []
    for key, one in zip(keys, checked, strict=True):
        if isinstance(one, BadInput):
            replies.append(one)
        elif one is not None and one is fresh[key]:
            replies.append(Captured(view(context.as_of(one.at), new[key])))
        else:
            replies.append(again(context, new[key].number if key in new else known[key] or 0))
    return replies


def _add(context: Context, commands: Sequence[CaptureComplaint]) -> list[Ticket]:
    """The new tickets, saved."""
    if not commands:
        return []
    routings = [route(context.organisation, facts_of(context, one), customer=one.customer) for one in commands]
    # From here on other replicas wait for their numbers.
    numbers = tickets.next_numbers(context.session, context.workspace, len(commands))
    noted = {one.source.key: (number, one.at) for number, one in zip(numbers, commands, strict=True)}
    seen.note_tickets(context.session, context.workspace, noted)
    loads, changes = Loads(context), list[Change]()
    for number, command, routing in zip(numbers, commands, routings, strict=True):
        assignment = assign(context.presence, routing.team, loads.of(routing.team), command.at)
        changes.append(_change(context, command, number, routing, assignment))
        loads.count(changes[-1].ticket)
    return context.add(changes)


def _change(
    context: Context, command: CaptureComplaint, number: int, routing: Routing, assignment: Assignment
) -> Change:
    return lifecycle.captured(
        number, command.words, command.source, command.actor, command.at, routing, assignment, context.presence,
        attachments=command.attachments, received_at=command.received_at, tell_reporter=not command.answered_at_once,
        given=_given(command),
    )  # fmt: skip


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
    return assign(context.presence, team, Loads(context).of(team), context.at)


def _checked(command: CaptureComplaint) -> CaptureComplaint | BadInput:
    """The complaint as it can be stored, or why there is none."""
    command = _clean(command)
    try:
        _check(command)
    except BadInput as error:
        return error
    return command


def _clean(command: CaptureComplaint) -> CaptureComplaint:
    files = tuple(replace(file, name=named(file.name), address=storable(file.address)) for file in command.attachments)
    customer, words = named(command.customer) if command.customer else None, storable(command.words)
    if (words, customer, files) == (command.words, command.customer, command.attachments):
        return command
    return replace(command, words=words, customer=customer, attachments=files)


def _check(command: CaptureComplaint) -> None:
    if not command.words.strip() and not command.attachments:
        raise BadInput(field="words", reason="Say in a sentence what the customer complained about.")
    check_length(command.words)


def again(context: Context, number: int) -> Captured:
    """The ticket that the same message made before."""
    return Captured(view(context, tickets.load(context.session, context.workspace, number)), again=True)
