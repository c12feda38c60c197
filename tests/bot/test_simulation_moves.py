"""What a timeline says that people did, also one that was written before all of it was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.simulation.moves import Move, moves_of
from complaints import commands
from complaints.lifecycle import GOLDDUST, Event, Said
from complaints.severity import Severity
from complaints.ticket import Ticket
from tests.complaints.builders import MONDAY, a_ticket, organisation

VERSION = "0123456789ab"


def event(kind: str, actor: str = "dana", hours: float = 1, **data: str | int | None) -> Event:
    return Event(kind, actor, MONDAY + timedelta(hours=hours), data)


def moves(*events: Event, ticket: Ticket | None = None, version: str = VERSION) -> list[Move]:
    """The moves of a ticket that was captured by Sam and went to Dana, of Payments."""
    ticket = ticket or a_ticket()
    captured = event("captured", "sam", 0, words=ticket.verbatim, team="payments", owner="dana")
    return list(moves_of(ticket, (captured, *events), organisation(), version))


def only(found: list[Move]) -> commands.Command:
    (_, move) = found
    return move.command


def test_what_golddust_did_itself_is_not_done_again() -> None:
    ours = [event(kind, GOLDDUST) for kind in ("reminded", "escalated", "promise broken", "holder", "unblocked")]
    assert [move.kind for move in moves(*ours)] == ["captured"]


@pytest.mark.parametrize(
    ("data", "person", "team"),
    [
        ({"team": "payments", "owner": "omar"}, "omar", None),
        ({"team": "app", "owner": "kim"}, None, "app"),
        ({"team": "app", "owner": "kim", "asked": "person:kim"}, "kim", None),
        ({"team": "triage", "owner": "ines", "asked": "triage"}, None, None),
    ],
    ids=["older, within the team", "older, to another team", "to a person", "to triage"],
)
def test_a_hand_over_goes_where_it_was_meant_to(data: Said, person: str | None, team: str | None) -> None:
    command = only(moves(event("handed back", **data)))
    assert isinstance(command, commands.HandBack)
    assert (command.to_person, command.to_team) == (person, team)


@pytest.mark.parametrize(("version", "given"), [(VERSION, Severity.HIGH), ("another", None)])
def test_a_severity_that_the_rules_would_not_have_found_was_given(version: str, given: Severity | None) -> None:
    ticket = replace(a_ticket(), severity=Severity.HIGH, policy_version=VERSION)
    (move,) = moves(ticket=ticket, version=version)
    assert isinstance(move.command, commands.CaptureComplaint)
    assert move.command.severity is given


def test_a_severity_that_was_corrected_was_another_one_first() -> None:
    ticket = replace(a_ticket(), severity=Severity.HIGH, policy_version=VERSION)
    first, corrected = moves(event("severity", **{"from": "normal", "to": "high"}), ticket=ticket)
    assert isinstance(first.command, commands.CaptureComplaint)
    assert isinstance(corrected.command, commands.CorrectSeverity)
    assert (first.command.severity, corrected.command.severity) == (None, Severity.HIGH)


def test_a_customer_who_was_named_later_is_not_known_first() -> None:
    ticket = replace(a_ticket(), customer="Ms Lee")
    first, edited = moves(event("edited", "sam", customer="Ms Lee"), ticket=ticket)
    assert isinstance(first.command, commands.CaptureComplaint)
    assert isinstance(edited.command, commands.EditWords)
    assert (first.command.customer, edited.command.customer) == (None, "Ms Lee")


def test_a_reporter_who_was_recognised_later_is_the_reporter_from_the_start() -> None:
    ticket = a_ticket()
    captured = event("captured", "slack:U1", 0, team="payments", owner="dana")
    found = list(moves_of(ticket, (captured, event("withdrawn", "slack:U1")), organisation(), VERSION))
    assert (found[0].command.actor, found[1].side) == ("sam", "reporter")


@pytest.mark.parametrize(
    ("actor", "side"), [("dana", "owner"), ("omar", "owner"), ("kim", "other"), ("sam", "reporter")]
)
def test_who_replied_is_told_by_whose_the_ticket_was_then(actor: str, side: str) -> None:
    (_, move) = moves(event("comment", actor, words="looking"))
    assert move.side == side


def test_after_a_hand_over_the_new_team_is_the_owners_side() -> None:
    handed = event("handed back", team="app", owner="kim", asked="team:app")
    found = moves(handed, event("comment", "kim", 2, words="looking"), event("comment", "omar", 3, words="hm"))
    assert [move.side for move in found[2:]] == ["owner", "other"]
