"""Knock-on breaches: by when the blocker must answer, and when the owner is told so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from complaints import knock_on, lifecycle
from complaints.knock_on import KnockOn, foretell
from complaints.presence import Leave, Presence
from complaints.ticket import Blocked, Taken, Ticket
from tests.complaints.builders import MONDAY, a_ticket, moment, organisation, until

HERE = Presence(organisation())
UNDER_RULES = Presence(organisation(policies={"standard": {"profiles": ["fca-disp"]}}))
BY_APP = Blocked("team", "app")


def waiting(promised: str | None, blocked: Blocked = BY_APP, **more: Any) -> Ticket:
    """A ticket of Dana's, promised and blocked on Monday morning with three working days left to resolve it."""
    presence = more.pop("presence", HERE)
    ticket = a_ticket(presence=presence, **more)
    if promised is not None:
        ticket = lifecycle.promise(ticket, "dana", MONDAY, presence, until(promised)).ticket
    line = (a_ticket("the app", number=int(blocked.what)),) if blocked.by == "ticket" else ()
    return lifecycle.block(ticket, "dana", MONDAY, presence, blocked, line).ticket


def found(ticket: Ticket, now: datetime = MONDAY, line: tuple[Ticket, ...] = ()) -> KnockOn:
    told = foretell(ticket, line, HERE, now)
    assert told is not None
    return told


def test_the_latest_answer_is_the_promised_date_less_the_working_time_that_was_left() -> None:
    told = found(waiting("2026-12-01 12:00"))
    assert (told.by, told.date) == (moment("2026-11-26 12:00"), moment("2026-12-01 12:00"))
    assert (told.waits_for, told.what, told.to) == ("App", "promised date", "dana")


def test_a_ticket_without_a_date_for_the_customer_foretells_nothing() -> None:
    assert foretell(waiting(None), (), HERE, MONDAY) is None
    assert foretell(a_ticket(), (), HERE, MONDAY) is None
    promised = lifecycle.promise(a_ticket(), "dana", MONDAY, HERE, until("2026-12-01 12:00")).ticket
    assert foretell(promised, (), HERE, MONDAY) is None, "it waits for nobody"


def test_once_the_date_has_passed_nothing_is_foretold() -> None:
    assert foretell(waiting("2026-12-01 12:00"), (), HERE, moment("2026-12-01 12:00")) is None


def test_an_answer_that_is_expected_in_time_is_said_when_the_latest_one_is_a_working_day_away() -> None:
    ticket = waiting("2026-12-01 12:00")
    assert (found(ticket).due, found(ticket).look_again_at) == (False, moment("2026-11-25 12:00"))
    just_before = moment("2026-11-25 12:00") - timedelta(seconds=1)
    assert not found(ticket, just_before).due
    assert found(ticket, moment("2026-11-25 12:00")).due
    assert found(ticket, moment("2026-11-30 12:00")).due, "also after an outage"


def test_the_working_day_before_a_monday_morning_is_friday_morning() -> None:
    assert found(waiting("2026-12-03 09:00")).by == moment("2026-11-30 09:00")
    assert found(waiting("2026-12-03 09:00")).look_again_at == moment("2026-11-27 09:00")


def test_an_answer_that_is_expected_too_late_is_foretold_at_once() -> None:
    late = Presence(organisation(policies={"standard": {"clocks": {"unblock": "5d"}}}))
    told = foretell(waiting("2026-12-01 12:00", presence=late), (), late, MONDAY)
    assert told is not None
    assert (told.due, told.look_again_at) == (True, None)


def test_it_is_said_once_for_each_date() -> None:
    ticket = waiting("2026-12-01 12:00")
    near = moment("2026-11-26 09:00")
    told = found(ticket, near)
    assert told.due
    said = replace(ticket, taken=(*ticket.taken, Taken(told.step, near, "dana")))
    assert (found(said, near).due, found(said, near).look_again_at) == (False, None)
    moved = lifecycle.promise(said, "dana", near, HERE, until("2026-12-02 12:00")).ticket
    again = lifecycle.block(moved, "dana", near, HERE, BY_APP).ticket
    assert found(again, moment("2026-11-27 12:00")).due, "another date is another matter"


def test_a_blocking_ticket_is_expected_when_its_clock_to_resolve_runs_out_or_its_promise_falls_due() -> None:
    ticket = waiting("2026-12-01 12:00", Blocked("ticket", "2"))
    other = a_ticket("the app", number=2)
    assert not found(ticket, line=(other,)).due, "it is due on Thursday at nine, three hours before the latest answer"
    later = lifecycle.promise(other, "kim", MONDAY, HERE, until("2026-11-26 13:00")).ticket
    assert found(ticket, line=(later,)).due
    assert found(ticket, line=(other,)).waits_for == "C-2"


def test_in_a_line_the_time_of_the_tickets_between_is_taken_off_too() -> None:
    between = lifecycle.block(a_ticket("the app", number=2), "kim", MONDAY, HERE, Blocked("person", "noor")).ticket
    ticket = waiting("2026-12-07 12:00", Blocked("ticket", "2"))
    told = found(ticket, line=(between,))
    assert (told.by, told.waits_for) == (moment("2026-11-27 12:00"), "Noor"), "six working days before"


def test_a_promise_that_left_no_time_to_resolve_needs_the_answer_by_its_date() -> None:
    assert found(waiting("2026-11-24 12:00")).by == moment("2026-11-24 12:00")


def test_a_regulatory_clock_is_a_date_that_the_customer_was_given_too() -> None:
    told = foretell(waiting(None, presence=UNDER_RULES), (), UNDER_RULES, MONDAY)
    assert told is not None
    assert told.what == "FCA DISP"
    assert told.by < told.date


def test_while_the_owner_is_away_whoever_acts_for_them_is_told() -> None:
    presence = Presence(HERE.organisation, (Leave("dana", MONDAY, MONDAY + timedelta(days=30)),))
    told = foretell(waiting("2026-12-01 12:00"), (), presence, MONDAY)
    assert told is not None
    assert told.to == "omar"


def test_what_was_foretold_must_still_be_so_when_it_goes_out() -> None:
    near = moment("2026-11-26 09:00")
    ticket = waiting("2026-12-01 12:00")
    said = knock_on.notice(ticket, found(ticket, near), near)
    assert said.audience == "person:dana"
    assert not said.passed
    assert knock_on.still_true(said, ticket, (), HERE, near) is None
    free = lifecycle.unblock(ticket, "kim", near, HERE).ticket
    assert knock_on.still_true(said, free, (), HERE, near) is not None
    other = replace(ticket, blocked=Blocked("person", "noor"))
    assert knock_on.still_true(said, other, (), HERE, near) is not None
    handed = replace(ticket, owner="omar")
    assert knock_on.still_true(said, handed, (), HERE, near) == "somebody else owns it now"
