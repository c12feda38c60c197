"""Whose move it is: every open ticket has exactly one holder (rule 1 of the nudging rules)."""

from __future__ import annotations

from datetime import datetime

from complaints.assignment import on_call
from complaints.presence import Presence
from complaints.ticket import State, Ticket


def holder_of(ticket: Ticket, presence: Presence, at: datetime, blocking: Ticket | None = None) -> str:
    """The person whose move it is: the owner, the blocker, or (resolved) the reporter; while away their deputy or lead.

    `blocking` is the ticket that blocks this one, where another ticket does. A reporter whom nobody can reach
    (somebody from an import) leaves the move with the owner's side.
    """
    organisation = presence.organisation
    held = presence.stand_in(_first_hand(ticket, presence, at, blocking), at)
    if presence.away_until(held, at) is None:
        return held
    return presence.stand_in(organisation.teams[organisation.in_charge(ticket.team)].lead, at)


def owner_side(ticket: Ticket, presence: Presence, at: datetime) -> str:
    """The owner, or while nobody who can be reached owns it the team's person on call or lead."""
    if ticket.owner is not None and reachable(ticket.owner, presence):
        return ticket.owner
    return on_call(presence.organisation, ticket.team, at)


def _first_hand(ticket: Ticket, presence: Presence, at: datetime, blocking: Ticket | None) -> str:
    owner = owner_side(ticket, presence, at)
    if ticket.state is State.RESOLVED:
        return ticket.reporter if reachable(ticket.reporter, presence) else owner
    if ticket.state is not State.BLOCKED or ticket.blocked is None:
        return owner
    match ticket.blocked.by:
        case "person" if reachable(ticket.blocked.what, presence):
            return ticket.blocked.what
        case "team" if ticket.blocked.what in presence.organisation.teams:
            return on_call(presence.organisation, ticket.blocked.what, at)
        case "ticket" if blocking is not None and blocking.open:
            return blocking.holder
        case _:
            return owner  # something outside the organisation: the owner keeps asking there


def reachable(person: str, presence: Presence) -> bool:
    """Whether Golddust can write to a person: one whom the file lists, or an account (`platform:user`)."""
    return person in presence.organisation.people or ":" in person
