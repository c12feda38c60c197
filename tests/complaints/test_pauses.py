"""Blocks beside promises: the customer's date stands, and not a minute of working time is lost or won."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints import lifecycle
from complaints.assignment import Assignment
from complaints.calendars import between
from complaints.errors import GolddustError
from complaints.policy import judge
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Clock, ClockName, Promise, State, Ticket
from tests.complaints.builders import BY_OPERATIONS, FIXED, MONDAY, a_ticket, moment, organisation, until

HERE = Presence(organisation(policies={"standard": {"profiles": ["fca-disp"], "clocks": {"resolve": "10d"}}}))
CALENDAR = HERE.organisation.calendar_of_team("payments")
TUESDAY = "2026-11-24 09:00"
THURSDAY = "2026-11-26 09:00"


def the(ticket: Ticket, name: ClockName) -> Clock:
    clock = ticket.clock(name)
    assert clock is not None
    return clock


def promised(day: str = THURSDAY) -> Ticket:
    """Acknowledged and promised at nine on Monday: the whole clock to resolve, ten days of eight hours, is left."""
    return lifecycle.promise(a_ticket(presence=HERE), "dana", MONDAY, HERE, until(day)).ticket


def blocked(ticket: Ticket, at: str) -> Ticket:
    return lifecycle.block(ticket, "dana", moment(at), HERE, BY_OPERATIONS).ticket


def unblocked(ticket: Ticket, at: str) -> Ticket:
    return lifecycle.unblock(ticket, "kim", moment(at), HERE).ticket


def broken(ticket: Ticket, at: str) -> Ticket:
    return lifecycle.break_promise(ticket, moment(at), HERE).ticket


def test_a_block_keeps_the_promise_and_its_clock() -> None:
    waits = blocked(promised(), TUESDAY)
    assert (waits.promise, waits.holder) == (until(THURSDAY), "kim")
    assert (the(waits, "promise").running, the(waits, "promise").due_at) == (True, moment(THURSDAY))


def test_unblocked_before_the_promised_date_the_clock_to_resolve_waits_for_that_date() -> None:
    free = unblocked(blocked(promised(), TUESDAY), "2026-11-25 09:00")
    assert (the(free, "resolve").paused, free.holder) == (True, "dana")
    assert the(broken(free, THURSDAY), "resolve").due_at == moment("2026-12-09 17:00")


def test_a_promise_broken_while_blocked_is_counted_and_the_clock_to_resolve_stays_paused() -> None:
    missed = broken(blocked(promised(), TUESDAY), THURSDAY)
    assert (missed.broken_promises, missed.promise, the(missed, "resolve").paused) == (1, None, True)
    free = unblocked(missed, "2026-11-27 09:00")
    assert the(free, "resolve").due_at == moment("2026-12-10 17:00")


def test_a_promise_broken_while_blocked_is_nudged_at_once_and_the_blocker_hears_of_it() -> None:
    missed = broken(blocked(promised(), "2026-11-25 16:00"), THURSDAY)
    said = [nudge for nudge in judge(missed, HERE, moment("2026-11-26 09:30")).nudges if nudge.clock == "promise"]
    assert [nudge.audience for nudge in said] == ["person:kim"]


def test_unblocked_after_the_promised_date_but_before_anybody_looked_the_clock_runs_from_the_unblocking() -> None:
    free = unblocked(blocked(promised(), TUESDAY), "2026-11-26 11:00")
    assert the(broken(free, "2026-11-26 12:00"), "resolve").due_at == moment("2026-12-10 11:00")


def test_blocked_after_the_promised_date_but_before_anybody_looked_the_time_between_has_run() -> None:
    waits = blocked(promised(), "2026-11-26 11:00")
    assert the(waits, "resolve").left == timedelta(hours=78)


def test_a_new_promise_after_the_old_date_counts_the_time_between() -> None:
    later = lifecycle.promise(promised(), "dana", moment("2026-11-26 11:00"), HERE, until("2026-11-30 09:00")).ticket
    assert the(later, "resolve").left == timedelta(hours=78)


def test_a_promise_stays_with_the_ticket_when_it_is_handed_on_and_the_new_owner_must_still_acknowledge() -> None:
    handed = lifecycle.hand_back(promised(), "dana", moment(TUESDAY), HERE, "app", Assignment("kim", ""), "").ticket
    assert (handed.promise, handed.holder, handed.state) == (until(THURSDAY), "kim", State.NEW)
    assert (the(handed, "promise").running, the(handed, "resolve").paused) == (True, True)
    assert the(handed, "acknowledge").running


def test_a_block_after_a_broken_promise_ends_its_clock() -> None:
    waits = blocked(broken(promised(), THURSDAY), "2026-11-26 10:00")
    assert not the(waits, "promise").running


Moves = st.lists(
    st.tuples(
        st.sampled_from(["block", "unblock", "promise", "look", "severity", "edit"]),
        st.integers(1, 3 * 24 * 60),
        st.integers(1, 5 * 24 * 60),
    ),
    max_size=14,
)


@given(moves=Moves)
def test_in_any_order_of_blocks_and_promises_the_working_time_left_is_exact(moves: list[tuple[str, int, int]]) -> None:
    ticket, now = lifecycle.acknowledge(a_ticket(presence=HERE), "dana", MONDAY, HERE).ticket, MONDAY
    blocks: list[tuple[datetime, datetime]] = []
    dates: list[tuple[datetime, datetime]] = []
    since = MONDAY
    for what, minutes, ahead in moves:
        now += timedelta(minutes=minutes)
        was_blocked, day = ticket.state is State.BLOCKED, now + timedelta(minutes=ahead)
        try:
            ticket = _moved(ticket, what, now, day)
        except GolddustError:
            continue
        if was_blocked and what in {"block", "unblock", "promise"}:
            blocks.append((since, now))
        if what == "block":
            since = now
        if what == "promise":
            dates = [*((begin, min(end, now)) for begin, end in dates), (now, day)]
        answer = the(ticket, "answer")
        assert (answer.running, answer.due_at - answer.started_at) == (True, moment("2027-01-18 23:59") - MONDAY)
    if ticket.state is State.BLOCKED:
        blocks.append((since, now))
    ticket = _moved(ticket, "look", now, now)
    clock = the(ticket, "resolve")
    left = clock.left if clock.left is not None else between(CALENDAR, now, clock.due_at)
    stood = _together([*blocks, *((begin, min(end, now)) for begin, end in dates)])
    assert left == clock.length - (between(CALENDAR, MONDAY, now) - stood)
    assert clock.paused == (ticket.state is State.BLOCKED or ticket.promise is not None)


def _moved(ticket: Ticket, what: str, now: datetime, day: datetime) -> Ticket:
    due = ticket.promise is not None and ticket.promise.until <= now
    moves: dict[str, Callable[[], Ticket]] = {
        "block": lambda: lifecycle.block(ticket, "dana", now, HERE, BY_OPERATIONS).ticket,
        "unblock": lambda: lifecycle.unblock(ticket, "kim", now, HERE).ticket,
        "promise": lambda: lifecycle.promise(ticket, "dana", now, HERE, Promise(day)).ticket,
        "look": lambda: lifecycle.break_promise(ticket, now, HERE).ticket if due else ticket,
        "severity": lambda: lifecycle.correct_severity(ticket, "sam", now, HERE, _other(ticket)).ticket,
        "edit": lambda: lifecycle.reword(ticket, "sam", now, HERE, "Said better", None).ticket,
    }
    return moves[what]()


def _other(ticket: Ticket) -> Severity:
    return Severity.HIGH if ticket.severity is Severity.NORMAL else Severity.NORMAL


def _together(stretches: list[tuple[datetime, datetime]]) -> timedelta:
    """The working time that these stretches cover, where they overlap once."""
    covered, reached = timedelta(), MONDAY
    for begin, end in sorted(stretches):
        if end > reached:
            covered += between(CALENDAR, max(begin, reached), end)
            reached = end
    return covered


@given(moves=Moves, hours=st.integers(0, 40))
def test_a_ticket_resolved_meets_its_clock_exactly_when_it_ran_no_longer_than_its_length(
    moves: list[tuple[str, int, int]], hours: int
) -> None:
    ticket, now = lifecycle.acknowledge(a_ticket(presence=HERE), "dana", MONDAY, HERE).ticket, MONDAY
    for what, minutes, ahead in moves:
        now += timedelta(minutes=minutes)
        try:
            ticket = _moved(ticket, what, now, now + timedelta(minutes=ahead))
        except GolddustError:
            continue
    now += timedelta(hours=hours)
    looked = the(_moved(ticket, "look", now, now), "resolve")
    left = looked.left if looked.left is not None else between(CALENDAR, now, looked.due_at)
    done = the(lifecycle.resolve(ticket, "dana", now, HERE, FIXED).ticket, "resolve")
    assert between(CALENDAR, now, done.due_at) == left
