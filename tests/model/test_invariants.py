"""Each invariant has something to say against a log in which its rule is broken, and nothing against a good one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from complaints.notices import Escalation, Reminder, person
from complaints.presence import Presence
from complaints.ticket import Blocked, CloseReason, Kind, Resolution, State, Ticket
from tests.complaints.builders import MONDAY, a_ticket, moment, organisation
from tests.model import invariants
from tests.model.log import Act, Heard, Item, Log, Message, Snapshot

PRESENCE = Presence(organisation())
TICKET = replace(a_ticket(), next_nudge_at=MONDAY + timedelta(hours=2))
Invariant = Callable[[Log], Iterator[str]]


def then(at: datetime, ticket: Ticket = TICKET) -> Snapshot:
    """The ticket as it stood from a moment on."""
    return Snapshot(at, {ticket.number: ticket}, PRESENCE)


def reminded(at: datetime, to: str = "dana", *, step: str = "50%", ticket: Ticket = TICKET) -> Message:
    """A reminder of the clock to acknowledge."""
    nudge = Reminder(
        ticket=1, audience=person(to), step=f"acknowledge.1:{step}:remind", clock="acknowledge",
        due_at=MONDAY + timedelta(hours=4), because="",
    )  # fmt: skip
    return Message(at, to, (Item(nudge, ticket),), then(at, ticket))


def asked(at: datetime, to: str) -> Message:
    """An escalation of the clock to acknowledge."""
    nudge = Escalation(
        ticket=1, audience=person(to), step="acknowledge.1:+1d:lead", clock="acknowledge", due_at=MONDAY, because=""
    )
    return Message(at, to, (Item(nudge, TICKET),), then(at))


def speaks(invariant: Invariant, broken: Log, good: Log) -> bool:
    """Whether an invariant tells the broken log from the good one."""
    return bool(list(invariant(broken))) and not list(invariant(good))


LATER = MONDAY + timedelta(hours=2)
GOOD = Log(messages=[reminded(LATER), asked(LATER, "omar")], snapshots=[then(MONDAY), then(MONDAY)])


def test_a_wrong_holder_is_found() -> None:
    broken = Log(snapshots=[then(MONDAY, replace(TICKET, holder="kim"))])
    assert speaks(invariants.every_open_ticket_has_the_right_holder, broken, GOOD)


def test_a_forgotten_ticket_is_found() -> None:
    broken = Log(snapshots=[then(MONDAY, replace(TICKET, next_nudge_at=None))])
    assert speaks(invariants.no_open_ticket_is_forgotten, broken, GOOD)


def test_trouble_is_found() -> None:
    assert speaks(invariants.nothing_goes_wrong_inside, Log(troubles=["not judged"]), GOOD)


def test_a_reminder_to_another_than_the_holder_is_found() -> None:
    assert speaks(invariants.only_the_holder_is_reminded, Log(messages=[reminded(LATER, "kim")]), GOOD)


def test_an_escalation_to_a_stranger_is_found() -> None:
    assert speaks(invariants.only_the_ladder_is_asked_for_help, Log(messages=[asked(LATER, "kim")]), GOOD)


def test_a_nudge_at_night_is_found() -> None:
    broken = Log(messages=[reminded(moment("2026-11-23 17:00"))])
    assert speaks(invariants.nobody_is_nudged_outside_their_hours, broken, GOOD)


def test_a_fourth_message_in_a_day_is_found_and_a_third_is_not() -> None:
    three = Log(messages=[reminded(LATER)] * 3)
    assert speaks(invariants.nobody_gets_more_than_the_budget, Log(messages=[reminded(LATER)] * 4), three)


def test_a_step_said_twice_is_found() -> None:
    assert speaks(invariants.no_step_is_said_twice, Log(messages=[reminded(LATER)] * 2), GOOD)


def test_a_nudge_about_a_closed_ticket_is_found() -> None:
    closed = replace(TICKET, state=State.CLOSED, close_reason=CloseReason.WITHDRAWN)
    broken = Log(messages=[reminded(LATER, ticket=closed)])
    assert speaks(invariants.nothing_is_said_about_what_is_done, broken, GOOD)


def test_a_nudge_soon_after_its_reader_acted_is_found_but_for_the_last_one() -> None:
    act = [Act(MONDAY, "dana", 1, "Acknowledge")]
    last = Log(messages=[reminded(LATER, step="100%")], acts=act)
    assert speaks(invariants.who_has_just_acted_is_left_alone, Log(messages=[reminded(LATER)], acts=act), last)


def test_a_breach_that_nobody_was_warned_of_is_found() -> None:
    snapshots = [then(MONDAY), then(MONDAY + timedelta(hours=5))]
    warned = Log(messages=[reminded(LATER)], snapshots=snapshots)
    assert speaks(invariants.every_breach_was_warned_of, Log(snapshots=snapshots), warned)


FIXED = Resolution("Fixed")
PROBLEM = replace(TICKET, number=3, kind=Kind.PROBLEM)
PART = replace(TICKET, state=State.BLOCKED, blocked=Blocked("ticket", "3"), parent=3)
SOLVED = replace(PROBLEM, state=State.CLOSED, close_reason=CloseReason.DONE, resolution=FIXED, next_nudge_at=None)
RESOLVED = replace(TICKET, state=State.RESOLVED, parent=3, resolution=FIXED)


def both(at: datetime, part: Ticket, problem: Ticket) -> Snapshot:
    """A complaint and its problem as they stood from a moment on."""
    return Snapshot(at, {part.number: part, problem.number: problem}, PRESENCE)


def test_a_nudge_about_a_part_of_a_problem_is_found() -> None:
    broken = Log(messages=[reminded(LATER, ticket=PART)])
    assert speaks(invariants.no_joined_complaint_is_nudged_about, broken, GOOD)


def test_a_complaint_that_stays_in_a_problem_that_is_over_is_found() -> None:
    broken, good = (Log(snapshots=[both(MONDAY, PART, problem)]) for problem in (SOLVED, PROBLEM))
    assert speaks(invariants.nothing_is_part_of_what_is_over, broken, good)


def test_a_reporter_who_does_not_hear_or_hears_twice_that_the_problem_is_solved_is_found() -> None:
    snapshots = [both(MONDAY, PART, PROBLEM), both(LATER, RESOLVED, SOLVED)]
    heard = [Heard(LATER, TICKET.reporter, TICKET.number, "resolved")]
    good = Log(snapshots=snapshots, news=heard)
    for broken in (Log(snapshots=snapshots), Log(snapshots=snapshots, news=heard * 2)):
        assert speaks(invariants.whoever_reported_hears_that_the_problem_is_solved, broken, good)
    left = Log(snapshots=[snapshots[0], both(LATER, PART, SOLVED)], news=heard)
    assert speaks(invariants.whoever_reported_hears_that_the_problem_is_solved, left, good)


def test_every_invariant_is_shown_to_find_what_it_is_for() -> None:
    shown = {
        name for function in globals().values() for name in getattr(getattr(function, "__code__", None), "co_names", ())
    }
    assert {invariant.__name__ for invariant in invariants.INVARIANTS} <= shown
