"""Whose move it is: every open ticket has exactly one holder (rule 1 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from complaints.assignment import next_turn, on_call
from complaints.guests import is_guest
from complaints.presence import Presence
from complaints.ticket import State, Ticket


def holder_of(ticket: Ticket, presence: Presence, at: datetime, blocking: Ticket | None = None) -> str:
    """The person whose move it is: the owner, the blocker, or (resolved) the reporter; while away their deputy or lead.

    `blocking` is the ticket that blocks this one, where another ticket does: who holds that one holds this one too. A
    reporter whom nobody can reach (a guest, or somebody from an import) leaves the move with the owner's side.
    """
    if _waits_for_ticket(ticket) and blocking is not None and blocking.open:
        return blocking.holder
    return _here(_first_hand(ticket, presence, at), ticket, presence, at)


def holder_along(ticket: Ticket, line: Sequence[Ticket], presence: Presence, at: datetime) -> str:
    """The person who holds the last of the tickets that a ticket waits for; `line` are those, each blocked by the next.

    With an empty line the ticket waits for no other one, and its holder is worked out by itself.
    """
    blocking: Ticket | None = None
    for link in reversed(line):
        blocking = replace(link, holder=holder_of(link, presence, at, blocking))
    return holder_of(ticket, presence, at, blocking)


def in_place_of_owner(ticket: Ticket, presence: Presence, at: datetime) -> str:
    """Who acts for the owner's side now: the owner, or while they are away their deputy or the team's lead."""
    return _here(owner_side(ticket, presence, at), ticket, presence, at)


def next_change(ticket: Ticket, presence: Presence, at: datetime) -> datetime | None:
    """The first moment after `at` at which the holder changes because somebody leaves, returns or takes their turn.

    None where nothing of the kind is known, and for a ticket that waits for another one: it changes with that one.
    """
    if not ticket.open or _waits_for_ticket(ticket):
        return None
    first = _first_hand(ticket, presence, at)
    line = presence.line(first, at)
    if presence.away_until(line[-1], at) is not None:
        line += presence.line(_lead(ticket, presence), at)
    moments = [*(presence.next_change(person, at) for person in line), _next_turn(ticket, presence, at)]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None


def with_holder(ticket: Ticket, holder: str) -> Ticket:
    """The ticket held by somebody; what the last holder did last counts no more once it is somebody else."""
    return ticket if holder == ticket.holder else replace(ticket, holder=holder, acted_at=None)


def owner_side(ticket: Ticket, presence: Presence, at: datetime) -> str:
    """The owner, or while nobody who can be reached owns it the team's person on call or lead."""
    if ticket.owner is not None and reachable(ticket.owner, presence):
        return ticket.owner
    return on_call(presence.organisation, ticket.team, at)


def reachable(person: str, presence: Presence) -> bool:
    """Whether Golddust can write to a person: one whom the file lists, or an account (`platform:user`) of no guest."""
    return person in presence.organisation.people or (":" in person and not is_guest(person))


def _here(person: str, ticket: Ticket, presence: Presence, at: datetime) -> str:
    """The person, or while they and all who would stand in for them are away whoever is there for the team's lead."""
    held = presence.stand_in(person, at)
    return held if presence.away_until(held, at) is None else presence.stand_in(_lead(ticket, presence), at)


def _lead(ticket: Ticket, presence: Presence) -> str:
    organisation = presence.organisation
    return organisation.teams[organisation.in_charge(ticket.team)].lead


def _first_hand(ticket: Ticket, presence: Presence, at: datetime) -> str:
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
        case _:
            return owner  # something outside the organisation: the owner keeps asking there


def _next_turn(ticket: Ticket, presence: Presence, at: datetime) -> datetime | None:
    """When the rota hands over that decides who holds the ticket, if one does."""
    organisation = presence.organisation
    blocked = ticket.blocked
    if blocked is not None and blocked.by == "team" and blocked.what in organisation.teams:
        return next_turn(organisation, blocked.what, at)
    owned = ticket.owner is not None and reachable(ticket.owner, presence)
    return None if owned or ticket.state is State.RESOLVED else next_turn(organisation, ticket.team, at)


def _waits_for_ticket(ticket: Ticket) -> bool:
    return ticket.state is State.BLOCKED and ticket.blocked is not None and ticket.blocked.by == "ticket"
