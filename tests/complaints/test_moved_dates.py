"""A due date that moves never swallows or repeats a nudge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints import clocks, lifecycle
from complaints.durations import Duration
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Clock, Taken, Ticket
from tests.complaints.builders import MONDAY, a_ticket, moment, organisation

LENGTHS = {"low": "2d", "normal": "1d", "high": "4h", "critical": "90m calendar"}
HERE = Presence(organisation(policies={"standard": {"clocks": {"acknowledge": "30d", "resolve": LENGTHS}}}))
CALENDAR = HERE.organisation.calendar_of_team("payments")
STEPS = ("50%", "80%", "100%", "+1d", "+2d")


def the(ticket: Ticket) -> Clock:
    clock = ticket.clock("resolve")
    assert clock is not None
    return clock


def corrected(ticket: Ticket, severity: Severity, at: datetime) -> Ticket:
    return lifecycle.correct_severity(ticket, "sam", at, HERE, severity).ticket


def looked(ticket: Ticket, now: datetime) -> Ticket:
    """The ticket after every step of the clock to resolve that has come by `now` was said, once a run."""
    clock, said = the(ticket), {taken.step for taken in ticket.taken}
    if not clock.running:
        return ticket
    due = [step for step in STEPS if clocks.moment_of(clock, step, CALENDAR) <= now]
    keys = [f"resolve.{clock.run}:{step}:remind" for step in due]
    return replace(ticket, taken=(*ticket.taken, *(Taken(key, now, "dana") for key in keys if key not in said)))


def high() -> Ticket:
    return a_ticket("an angry man’s card", presence=HERE)


def said(ticket: Ticket) -> list[str]:
    return [taken.step.removesuffix(":remind").removeprefix("resolve.") for taken in ticket.taken]


def test_a_clock_that_had_run_out_announces_its_new_end_too_and_repeats_no_share_that_is_past() -> None:
    out = looked(high(), moment("2026-11-23 13:30"))
    assert said(out) == ["1:50%", "1:80%", "1:100%"]
    longer = corrected(out, Severity.NORMAL, moment("2026-11-23 14:00"))
    assert (the(longer).run, the(longer).due_at) == (2, moment("2026-11-23 17:00"))
    assert said(longer)[3:] == ["2:50%"], "half of the new time has passed, and was said"
    assert said(looked(longer, moment("2026-11-24 09:30")))[4:] == ["2:80%", "2:100%"]


def test_a_clock_that_is_shortened_repeats_no_share_that_was_said() -> None:
    half = looked(a_ticket(presence=HERE), moment("2026-11-23 13:00"))
    shorter = corrected(half, Severity.HIGH, moment("2026-11-23 13:00"))
    assert (the(shorter).run, said(looked(shorter, moment("2026-11-23 13:00")))) == (1, ["1:50%", "1:80%", "1:100%"])


def test_a_clock_that_is_lengthened_before_it_runs_out_says_each_share_once() -> None:
    half = looked(high(), moment("2026-11-23 11:00"))
    longer = corrected(half, Severity.NORMAL, moment("2026-11-23 11:30"))
    assert said(looked(longer, moment("2026-11-24 09:00"))) == ["1:50%", "1:80%", "1:100%"]


def test_a_clock_that_is_lengthened_and_has_still_run_out_goes_on_as_it_was() -> None:
    out = looked(high(), moment("2026-11-25 13:30"))
    longer = corrected(out, Severity.NORMAL, moment("2026-11-25 14:00"))
    assert (the(longer).run, the(longer).state(moment("2026-11-25 14:00"))) == (1, "overdue")


def test_lengthened_while_it_is_paused_the_new_end_is_announced_when_it_runs_on() -> None:
    out = looked(high(), moment("2026-11-23 13:30"))
    still = clocks.paused(out, moment("2026-11-23 14:00"), CALENDAR)
    longer = corrected(still, Severity.NORMAL, moment("2026-11-25 09:00"))
    assert (the(longer).run, the(longer).left) == (2, timedelta(hours=3))


def test_a_reminder_that_was_sent_ahead_of_its_moment_is_not_repeated_because_the_severity_was_corrected() -> None:
    early = replace(a_ticket(presence=HERE), taken=(Taken("resolve.1:80%:remind", MONDAY, "dana"),))
    assert the(corrected(early, Severity.HIGH, MONDAY)).run == 1


@given(st.lists(st.tuples(st.sampled_from(["look", *Severity]), st.integers(0, 20 * 60)), min_size=1, max_size=12))
def test_however_often_the_date_moves_each_end_is_announced_and_no_share_is_said_twice(
    moves: list[tuple[str, int]],
) -> None:
    ticket, now = a_ticket(presence=HERE), MONDAY
    for what, minutes in moves:
        now += timedelta(minutes=minutes)
        ticket = looked(ticket, now)
        if what != "look" and what != ticket.severity.value:
            ticket = corrected(ticket, Severity(what), now)
            carried = [taken for taken in ticket.taken if taken.step.startswith(f"resolve.{the(ticket).run}:")]
            assert all(taken.at <= now for taken in carried)
            assert f"resolve.{the(ticket).run}:100%:remind" not in said_keys(ticket) or the(ticket).due_at <= now
    assert len(said_keys(ticket)) == len(set(said_keys(ticket))), "never twice for one step of one run"
    end = the(ticket).due_at
    final = looked(ticket, max(now, end))
    announced = [taken.at for taken in final.taken if taken.step == f"resolve.{the(final).run}:100%:remind"]
    assert len(announced) == 1, "the date that stands in the end is announced"


def said_keys(ticket: Ticket) -> list[str]:
    return [taken.step for taken in ticket.taken]


def test_a_moved_clock_keeps_its_place_beside_the_others() -> None:
    longer = corrected(looked(high(), moment("2026-11-23 13:30")), Severity.NORMAL, moment("2026-11-23 14:00"))
    assert [clock.name for clock in longer.clocks] == ["acknowledge", "resolve"]


def test_the_moments_of_steps_are_shares_of_a_clock_and_times_after_it() -> None:
    clock = clocks.start("resolve", MONDAY, Duration(1, "d"), CALENDAR)
    found = [clocks.moment_of(clock, step, CALENDAR) for step in ("50%", "100%", "+1d", "again-3")]
    assert found == [moment(f"2026-11-{at}") for at in ("23 13:00", "24 09:00", "25 09:00", "24 09:00")]
