"""“Not mine”: to a person, to a team, or to triage; or it is no complaint of its own at all."""

from __future__ import annotations

from dataclasses import replace

from complaints import actions, lifecycle
from complaints.assignment import Assignment, in_place_of
from complaints.commands import Dismiss, HandBack
from complaints.errors import BadInput
from complaints.lifecycle import BOUNCES
from complaints.replies import Done
from complaints.ticket import Kind, Ticket
from complaints.words import storable
from handlers.capture import assign_within
from handlers.context import Context
from handlers.viewing import name_of, view
from storage import tickets

OF_TRAIL = 200
"""Characters that the trail keeps of each reason, so that it can be read as a whole."""

_OFTEN = f"handed on {BOUNCES} times, so to the lead of triage"


def hand_back(context: Context, command: HandBack) -> Done:
    """The ticket with its next owner; from the third time on the lead of triage decides (rule 8)."""
    ticket = context.load(command.number, command.actor, "hand back")
    team, assignment = _next_owner(context, command, ticket)
    if assignment.owner == ticket.owner:
        raise BadInput(field="whom", reason=f"{ticket.ref} is already with {name_of(context, assignment.owner)}.")
    reason = storable(command.reason)
    presence, asked = context.presence, _asked(command)
    if ticket.kind is Kind.ACTION:
        change = actions.handed_on(ticket, command.actor, command.at, presence, team, assignment, reason)
    else:
        change = lifecycle.hand_back(ticket, command.actor, command.at, presence, team, assignment, reason, asked)
    shown = view(context, context.save(change))
    return Done(shown, f"{shown.ref} is with {shown.owner_or_team} now. Thank you for passing it on.")


def _asked(command: HandBack) -> str:
    """Whom the actor named, as the timeline keeps it."""
    if command.to_person is not None:
        return f"person:{command.to_person}"
    return f"team:{command.to_team}" if command.to_team else "triage"


def dismiss(context: Context, command: Dismiss) -> Done:
    """The closed ticket: a duplicate, or not a complaint."""
    ticket = context.load(command.number, command.actor, "dismiss")
    if ticket.kind is Kind.ACTION:
        raise BadInput(
            field="whom", reason=f"{ticket.ref} is an action; pass it on, or let who asked for it withdraw it."
        )
    original = command.duplicate_of
    if original is not None:
        if original == ticket.number:
            raise BadInput(field="duplicate", reason=f"{ticket.ref} can’t be a duplicate of itself.")
        if tickets.find(context.session, context.workspace, original) is None:
            raise BadInput(field="duplicate", reason=f"There is no ticket C-{original}.")
    change = lifecycle.dismiss(ticket, command.actor, command.at, context.presence, original, storable(command.reason))
    shown = view(context, context.save(change))
    what = f"a duplicate of {shown.duplicate_of}" if shown.duplicate_of else "no complaint"
    return Done(shown, f"{shown.ref} is closed as {what}; I’m telling {shown.reporter}.")


def _next_owner(context: Context, command: HandBack, ticket: Ticket) -> tuple[str, Assignment]:
    organisation = context.organisation
    by = organisation.name(command.actor)
    lead = organisation.teams[organisation.triage].lead
    decides = in_place_of(context.presence, lead, _OFTEN, context.at)
    if ticket.bounces + 1 >= BOUNCES and command.actor not in {lead, decides.owner}:
        trail = "; ".join(_short(reason) for reason in ticket.reasons if not reason.startswith(_OFTEN))
        return organisation.triage, replace(decides, reason=f"{decides.reason}: {trail}; handed on by {by}")
    if command.to_person is not None:
        return _to_person(context, command.to_person, ticket, by)
    team = command.to_team or organisation.triage
    if team not in organisation.teams or not organisation.teams[team].owns:
        raise BadInput(field="whom", reason="That team does not take complaints; pick another, or “I don’t know”.")
    assignment = assign_within(context, team)
    return team, Assignment(assignment.owner, f"handed on by {by}; {assignment.reason}")


def _to_person(context: Context, person: str, ticket: Ticket, by: str) -> tuple[str, Assignment]:
    organisation = context.organisation
    if person not in organisation.people:
        raise BadInput(field="whom", reason="I don’t know them yet; pick a colleague from golddust.yml, or a team.")
    name = organisation.name(person)
    teams = [team for team in organisation.teams_of(person) if organisation.teams[team].owns]
    if not teams:
        raise BadInput(
            field="whom", reason=f"{name} is in no team that takes complaints; pick somebody else, or a team."
        )
    team = ticket.team if ticket.team in teams else teams[0]
    assignment = in_place_of(context.presence, person, f"handed on by {by} to {name}", context.at)
    if assignment.owner == ticket.owner != person:
        deputy = name_of(context, assignment.owner)
        raise BadInput(field="whom", reason=f"{name} is away, and {deputy} stands in; pick somebody else.")
    return team, assignment


def _short(reason: str) -> str:
    return reason if len(reason) <= OF_TRAIL else f"{reason[:OF_TRAIL]}…"
