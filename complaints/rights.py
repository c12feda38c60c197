"""Who may do what to a ticket."""

from __future__ import annotations

from typing import Literal

from complaints.organisation import Organisation
from complaints.ticket import Ticket

Action = Literal[
    "acknowledge", "resolve", "block", "unblock", "hand back", "promise", "dismiss", "plan",
    "tell", "reopen", "withdraw", "edit", "correct severity", "comment", "read",
]  # fmt: skip

_WORK: frozenset[Action] = frozenset({
    "acknowledge", "resolve", "block", "hand back", "promise", "dismiss", "plan",
})  # fmt: skip
_REPORTER: frozenset[Action] = frozenset({"tell", "reopen", "withdraw", "edit", "correct severity", "comment", "read"})
_BOTH: frozenset[Action] = frozenset({"tell", "reopen", "unblock", "correct severity", "comment", "read"})

FORMER = "golddust.yml does not list you any more; please ask an admin of Golddust. Nothing has changed."


def refusal(organisation: Organisation, ticket: Ticket, actor: str, action: Action) -> str | None:
    """None when `actor` may do `action`, else a polite sentence that says who may.

    The owner, the owning team, its lead and admins do the work; the reporter may comment, withdraw, edit,
    reopen and confirm; who blocks or holds a ticket may say that it is no longer blocked. Somebody whom the file
    lists no longer may do nothing, and an account that it never listed only what a reporter may.
    """
    if is_former(organisation, actor):
        return FORMER
    if is_listed(organisation, actor) and _listed_may(organisation, ticket, actor, action):
        return None
    if actor == ticket.reporter and action in _REPORTER:
        return None
    return _explanation(organisation, ticket, action)


def is_listed(organisation: Organisation, actor: str) -> bool:
    """Whether the file lists this person."""
    return actor in organisation.people


def is_former(organisation: Organisation, actor: str) -> bool:
    """Whether this is the key of somebody whom the file listed once, and lists no longer.

    The keys of accounts that it never listed have a colon, which the file’s own can’t have.
    """
    return ":" not in actor and not is_listed(organisation, actor)


def _listed_may(organisation: Organisation, ticket: Ticket, actor: str, action: Action) -> bool:
    if _owners_side(organisation, ticket, actor) and action in _WORK | _BOTH:
        return True
    return _holds(organisation, ticket, actor) and action in {"unblock", "tell", "comment", "read"}


def _owners_side(organisation: Organisation, ticket: Ticket, actor: str) -> bool:
    in_charge = organisation.in_charge(ticket.team) in organisation.teams_of(actor)
    return actor == ticket.owner or in_charge or organisation.is_admin(actor)


def _holds(organisation: Organisation, ticket: Ticket, actor: str) -> bool:
    """Whether it is the actor's move, be it as a member of the team that blocks the ticket."""
    blocked = ticket.blocked
    blocks = blocked is not None and blocked.by == "team" and blocked.what in organisation.teams_of(actor)
    return actor == ticket.holder or blocks


def _explanation(organisation: Organisation, ticket: Ticket, action: Action) -> str:
    team = organisation.name(ticket.team)
    owner = f"{organisation.name(ticket.owner)} ({team})" if ticket.owner else team
    if action in {"withdraw", "edit"}:
        return f"{ticket.ref} was reported by someone else; only they can {action} it."
    if action in _WORK:
        return f"{ticket.ref} is with {owner}, so that is for them to press. Nothing has changed."
    return f"Only its reporter and {owner} can do that with {ticket.ref}. Nothing has changed."
