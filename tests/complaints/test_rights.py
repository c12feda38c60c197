"""Who may do what: a table of roles and actions."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from complaints.organisation import Organisation
from complaints.rights import Action, refusal
from complaints.ticket import Blocked, State, Ticket
from tests.complaints.builders import a_ticket, organisation

WORK = {"acknowledge", "resolve", "block", "hand back", "promise", "dismiss", "plan"}
SHARED = {"tell", "reopen", "correct severity", "comment", "read"}
OWNERS_SIDE = WORK | SHARED | {"unblock"}
OWN_REPORT = SHARED | {"withdraw", "edit"}
HOLDING = {"unblock", "tell", "comment", "read"}

MAY: dict[str, tuple[str, set[str]]] = {
    "owner": ("dana", OWNERS_SIDE),
    "owner from outside the team": ("noor", OWNERS_SIDE),
    "member of the owning team": ("omar", OWNERS_SIDE),
    "lead of the owning team": ("lee", OWNERS_SIDE),
    "admin": ("ines", OWNERS_SIDE),
    "reporter": ("sam", OWN_REPORT),
    "reporter who holds it": ("sam", OWN_REPORT | {"unblock"}),
    "blocker": ("kim", HOLDING),
    "member of the blocking team": ("kim", HOLDING),
    "somebody else": ("kim", set()),
    "an unknown account": ("slack:U0STRANGER", set()),
}


def as_seen_by(role: str) -> Ticket:
    """Dana's ticket that Sam reported, as it is when somebody in this role acts."""
    ticket = a_ticket()
    match role:
        case "owner from outside the team":
            return replace(ticket, owner="noor", holder="noor")
        case "reporter who holds it":
            return replace(ticket, holder="sam", state=State.RESOLVED)
        case "blocker":
            return replace(ticket, state=State.BLOCKED, blocked=Blocked("person", "kim"), holder="kim")
        case "member of the blocking team":
            return replace(ticket, state=State.BLOCKED, blocked=Blocked("team", "app"), holder="noor")
        case _:
            return ticket


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.mark.parametrize("action", get_args(Action))
@pytest.mark.parametrize("role", MAY)
def test_everybody_may_do_just_what_their_role_allows(org: Organisation, role: str, action: Action) -> None:
    actor, allowed = MAY[role]
    reason = refusal(org, as_seen_by(role), actor, action)
    assert (reason is None) is (action in allowed), reason


def test_somebody_who_is_reporter_and_owner_may_do_all_of_it(org: Organisation) -> None:
    ticket = a_ticket(reporter="dana")
    assert {action for action in get_args(Action) if refusal(org, ticket, "dana", action) is None} == set(
        get_args(Action)
    )


def test_a_refusal_says_whose_move_it_is_and_that_nothing_has_changed(org: Organisation) -> None:
    assert refusal(org, a_ticket(), "kim", "resolve") == (
        "C-1 is with Dana (Payments), so that is for them to press. Nothing has changed."
    )
    assert refusal(org, a_ticket(), "dana", "withdraw") == (
        "C-1 was reported by someone else; only they can withdraw it."
    )
    assert refusal(org, a_ticket(), "kim", "read") == (
        "Only its reporter and Dana (Payments) can do that with C-1. Nothing has changed."
    )
    unowned = replace(a_ticket(), owner=None)
    assert refusal(org, unowned, "kim", "resolve") == (
        "C-1 is with Payments, so that is for them to press. Nothing has changed."
    )


def test_the_tickets_of_a_team_that_left_the_file_are_for_triage_to_work_on() -> None:
    org = organisation(teams={"triage": {"members": ["noor"]}})
    ticket = replace(a_ticket(), team="former", owner=None)
    assert refusal(org, ticket, "noor", "resolve") is None
    assert refusal(org, ticket, "kim", "resolve") is not None
