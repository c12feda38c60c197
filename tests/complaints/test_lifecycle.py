"""The ticket's life: what each step changes, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import lifecycle
from complaints.assignment import Assignment
from complaints.errors import AlreadyDone, BadInput
from complaints.holding import holder_of
from complaints.lifecycle import Change
from complaints.notices import Card, News, Remark
from complaints.presence import Leave, Presence
from complaints.severity import Severity
from complaints.ticket import Blocked, Clock, CloseReason, Promise, Resolution, State, Ticket, number_of
from tests.complaints.builders import BY_OPERATIONS, FIXED, MONDAY, a_ticket, moment, organisation, until

HERE = Presence(organisation())
ELEVEN = moment("2026-11-23 11:00")
TO_APP = Assignment("kim", "handed on by Dana")

Move = Callable[[Ticket, datetime], Change]

MOVES: dict[str, Move] = {
    "acknowledge": lambda t, at: lifecycle.acknowledge(t, "dana", at, HERE),
    "resolve": lambda t, at: lifecycle.resolve(t, "dana", at, HERE, FIXED),
    "block": lambda t, at: lifecycle.block(t, "dana", at, HERE, BY_OPERATIONS),
    "unblock": lambda t, at: lifecycle.unblock(t, "kim", at, HERE),
    "promise": lambda t, at: lifecycle.promise(t, "dana", at, HERE, Promise(at + timedelta(days=2))),
    "hand back": lambda t, at: lifecycle.hand_back(t, "dana", at, HERE, "app", TO_APP, "not ours"),
    "dismiss": lambda t, at: lifecycle.dismiss(t, "dana", at, HERE, None, "a compliment"),
    "told": lambda t, at: lifecycle.told(t, "sam", at, HERE),
    "reopen": lambda t, at: lifecycle.reopen(t, "sam", at, HERE, "it happened again"),
    "withdraw": lambda t, at: lifecycle.withdraw(t, "sam", at, HERE),
    "reword": lambda t, at: lifecycle.reword(t, "sam", at, HERE, "Said better", None),
    "correct severity": lambda t, at: lifecycle.correct_severity(t, "sam", at, HERE, Severity.HIGH),
}

ROADS: dict[str, tuple[str, ...]] = {
    "new": (),
    "acknowledged": ("acknowledge",),
    "promised": ("promise",),
    "blocked": ("block",),
    "resolved": ("resolve",),
    "closed": ("resolve", "told"),
}

TOLD = "Sam has already closed C-1: the customer knows."

LEADS: dict[str, dict[str, State | str]] = {
    "new": {
        "acknowledge": State.ACKNOWLEDGED, "resolve": State.RESOLVED, "block": State.BLOCKED,
        "unblock": "C-1 is not blocked any more.", "promise": State.ACKNOWLEDGED, "hand back": State.NEW,
        "dismiss": State.CLOSED, "told": "C-1 is not resolved yet", "reopen": "C-1 is open already.",
        "withdraw": State.CLOSED, "reword": State.NEW, "correct severity": State.NEW,
    },
    "acknowledged": {
        "acknowledge": "You have already acknowledged C-1.", "resolve": State.RESOLVED, "block": State.BLOCKED,
        "unblock": "C-1 is not blocked any more.", "promise": State.ACKNOWLEDGED, "hand back": State.NEW,
        "dismiss": State.CLOSED, "told": "C-1 is not resolved yet", "reopen": "C-1 is open already.",
        "withdraw": State.CLOSED, "reword": State.ACKNOWLEDGED, "correct severity": State.ACKNOWLEDGED,
    },
    "promised": {
        "acknowledge": "You have already acknowledged C-1.", "resolve": State.RESOLVED, "block": State.BLOCKED,
        "unblock": "C-1 is not blocked any more.", "promise": State.ACKNOWLEDGED, "hand back": State.NEW,
        "dismiss": State.CLOSED, "told": "C-1 is not resolved yet", "reopen": "C-1 is open already.",
        "withdraw": State.CLOSED, "reword": State.ACKNOWLEDGED, "correct severity": State.ACKNOWLEDGED,
    },
    "blocked": {
        "acknowledge": "You have already acknowledged C-1.", "resolve": State.RESOLVED, "block": State.BLOCKED,
        "unblock": State.ACKNOWLEDGED, "promise": State.ACKNOWLEDGED, "hand back": State.NEW,
        "dismiss": State.CLOSED, "told": "C-1 is not resolved yet", "reopen": "C-1 is open already.",
        "withdraw": State.CLOSED, "reword": State.BLOCKED, "correct severity": State.BLOCKED,
    },
    "resolved": {
        "acknowledge": "You have already acknowledged C-1.", "resolve": "Dana has already resolved C-1.",
        "block": "Dana has already resolved C-1.", "unblock": "C-1 is not blocked any more.",
        "promise": "Dana has already resolved C-1.", "hand back": "Dana has already resolved C-1.",
        "dismiss": State.CLOSED, "told": State.CLOSED, "reopen": State.ACKNOWLEDGED,
        "withdraw": State.CLOSED, "reword": State.RESOLVED, "correct severity": State.RESOLVED,
    },
    "closed": {
        "acknowledge": TOLD, "resolve": TOLD,
        "block": TOLD, "unblock": "C-1 is not blocked any more.",
        "promise": TOLD, "hand back": TOLD,
        "dismiss": TOLD, "told": TOLD,
        "reopen": State.ACKNOWLEDGED, "withdraw": TOLD, "reword": State.CLOSED,
        "correct severity": TOLD,
    },
}  # fmt: skip


def after(*moves: str, ticket: Ticket | None = None, at: datetime = MONDAY) -> Ticket:
    """A ticket after these moves, an hour between one and the next."""
    ticket = ticket or a_ticket(at=at)
    for name in moves:
        at += timedelta(hours=1)
        ticket = MOVES[name](ticket, at).ticket
    return ticket


def the(ticket: Ticket, name: Any) -> Clock:
    clock = ticket.clock(name)
    assert clock is not None
    return clock


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", ROADS)
def test_each_move_leads_where_the_table_says_or_is_refused_with_a_reason(state: str, name: str) -> None:
    ticket, outcome = after(*ROADS[state]), LEADS[state][name]
    if isinstance(outcome, State):
        assert MOVES[name](ticket, ELEVEN).ticket.state is outcome
    else:
        with pytest.raises(AlreadyDone) as refused:
            MOVES[name](ticket, ELEVEN)
        assert str(refused.value).startswith(outcome)


@pytest.mark.parametrize("name", MOVES)
def test_every_change_has_one_line_on_the_timeline_with_actor_and_moment(name: str) -> None:
    state = next(state for state in ROADS if isinstance(LEADS[state][name], State))
    (event,) = MOVES[name](after(*ROADS[state]), ELEVEN).events
    assert event.at == ELEVEN
    assert event.actor in {"dana", "kim", "sam"}


def test_the_table_knows_every_move_in_every_state() -> None:
    assert {state: set(moves) for state, moves in LEADS.items()} == {state: set(MOVES) for state in ROADS}


def test_a_captured_complaint_is_its_owners_and_both_clocks_run() -> None:
    ticket = a_ticket()
    assert (ticket.state, ticket.team, ticket.owner, ticket.holder) == (State.NEW, "payments", "dana", "dana")
    assert [(clock.name, clock.due_at) for clock in ticket.clocks] == [
        ("acknowledge", moment("2026-11-23 13:00")), ("resolve", moment("2026-11-26 09:00"))
    ]  # fmt: skip
    assert ticket.reasons == (
        "it says “card” (rule “Cards and payments”)", "Dana owns what comes to Payments"
    )  # fmt: skip


def test_whoever_of_the_team_acknowledges_first_owns_it() -> None:
    change = lifecycle.acknowledge(a_ticket(), "omar", ELEVEN, HERE)
    seen = change.ticket
    assert (seen.owner, seen.holder, seen.acknowledged_by, seen.acknowledged_at) == ("omar", "omar", "omar", ELEVEN)
    assert the(seen, "acknowledge").stopped_at == ELEVEN
    assert the(seen, "resolve").running
    assert change.notices == (News(ticket=1, audience="person:sam", what="acknowledged"),)


def test_an_admin_from_outside_the_team_acknowledges_without_taking_it_over() -> None:
    seen = lifecycle.acknowledge(a_ticket(), "ines", ELEVEN, HERE).ticket
    assert (seen.owner, seen.acknowledged_by) == ("dana", "ines")


def test_who_acknowledges_second_is_told_who_was_first() -> None:
    with pytest.raises(AlreadyDone, match="Omar has already acknowledged C-1"):
        lifecycle.acknowledge(lifecycle.acknowledge(a_ticket(), "omar", ELEVEN, HERE).ticket, "dana", ELEVEN, HERE)


def test_a_complaint_reopened_before_anybody_acknowledged_it_is_acknowledged_once() -> None:
    back = after("withdraw", "reopen")
    once = MOVES["acknowledge"](back, ELEVEN).ticket if back.state is State.NEW else back
    with pytest.raises(AlreadyDone):
        MOVES["acknowledge"](once, ELEVEN)


@pytest.mark.parametrize("name", ["resolve", "block", "promise"])
def test_any_work_on_a_new_ticket_is_its_first_human_move(name: str) -> None:
    worked = MOVES[name](a_ticket(), ELEVEN).ticket
    assert (worked.acknowledged_at, worked.acknowledged_by) == (ELEVEN, "dana")
    assert the(worked, "acknowledge").stopped_at == ELEVEN


def test_resolving_starts_the_clock_to_tell_and_hands_the_move_to_the_reporter() -> None:
    change = MOVES["resolve"](after("acknowledge"), ELEVEN)
    done = change.ticket
    assert (done.holder, done.resolved_at, done.resolved_by, done.resolution) == ("sam", ELEVEN, "dana", FIXED)
    assert [clock.name for clock in done.clocks if clock.running] == ["tell"]
    assert the(done, "tell").due_at == moment("2026-11-24 11:00")
    assert change.notices == (News(ticket=1, audience="person:sam", what="resolved"),)


def test_resolving_a_blocked_ticket_stops_every_other_clock() -> None:
    done = MOVES["resolve"](after("block"), ELEVEN).ticket
    assert [clock.name for clock in done.clocks if clock.stopped_at is None] == ["tell"]
    assert done.blocked is None


def test_a_resolution_without_words_is_refused_at_its_field() -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.resolve(a_ticket(), "dana", ELEVEN, HERE, Resolution("  "))
    assert refused.value.field == "done"


def test_the_move_of_a_resolved_ticket_stays_with_the_owner_where_nobody_can_reach_the_reporter() -> None:
    change = MOVES["resolve"](a_ticket(reporter="someone from a spreadsheet"), ELEVEN)
    assert change.ticket.holder == "dana"
    assert change.notices == ()


def test_a_guest_hears_no_news_and_the_owner_tells_the_customer_in_their_place() -> None:
    ticket = a_ticket(reporter="guest:slack:U1")
    change = MOVES["resolve"](ticket, ELEVEN)
    assert change.ticket.holder == "dana"
    assert change.notices == ()
    asks = Remark(ticket=1, audience="person:guest:slack:U1", author="Dana", words="Since when?")
    assert lifecycle.commented(ticket, "dana", ELEVEN, HERE, asks.words, (), (asks,), True).notices == ()


def test_blocking_pauses_the_internal_clocks_and_asks_the_blocker() -> None:
    change = MOVES["block"](after("acknowledge"), ELEVEN)
    waits = change.ticket
    assert (waits.holder, waits.blocked) == ("kim", BY_OPERATIONS)
    assert [clock.name for clock in waits.clocks if clock.running] == ["unblock"]
    assert the(waits, "resolve").left == timedelta(hours=22)
    assert change.notices == (Card(ticket=1, audience="person:kim", anew=True),)


def test_unblocking_gives_back_exactly_what_was_left_even_over_a_weekend() -> None:
    waits = MOVES["block"](after("acknowledge"), moment("2026-11-23 11:00")).ticket
    change = MOVES["unblock"](waits, moment("2026-11-28 12:00"))
    assert change.ticket.holder == "dana"
    assert the(change.ticket, "resolve").due_at == moment("2026-12-02 15:00")
    assert the(change.ticket, "unblock").stopped_at == moment("2026-11-28 12:00")
    assert change.notices == (Card(ticket=1, audience="person:dana", anew=True),)


def test_a_ticket_blocked_again_runs_the_clock_to_unblock_anew() -> None:
    again = after("block", "unblock", "block")
    assert (the(again, "unblock").run, the(again, "unblock").running) == (2, True)


def test_blocked_by_a_team_the_one_on_call_holds_it() -> None:
    rota = {"people": ["noor"], "starts": "2026-01-05"}
    presence = Presence(organisation(teams={"app": {"rota": rota}}))
    assert lifecycle.block(a_ticket(), "dana", ELEVEN, presence, BY_OPERATIONS).ticket.holder == "noor"


def test_blocked_by_a_person_they_hold_it_and_while_away_their_deputy() -> None:
    by_dana = Blocked("person", "dana")
    app_ticket = a_ticket("the app broke")
    assert lifecycle.block(app_ticket, "kim", ELEVEN, HERE, by_dana).ticket.holder == "dana"
    away = Presence(organisation(), (Leave("dana", MONDAY, ELEVEN + timedelta(days=1)),))
    assert lifecycle.block(app_ticket, "kim", ELEVEN, away, by_dana).ticket.holder == "omar"


def test_blocked_by_something_outside_the_owner_keeps_it() -> None:
    change = lifecycle.block(a_ticket(), "dana", ELEVEN, HERE, Blocked("other", "the card network"))
    assert change.ticket.holder == "dana"
    assert change.notices == ()


def test_blocked_by_another_ticket_its_holder_holds_both() -> None:
    other = a_ticket("the app broke", number=2)
    waits = lifecycle.block(a_ticket(), "dana", ELEVEN, HERE, Blocked("ticket", "2"), (other,)).ticket
    assert waits.holder == "kim"


@pytest.mark.parametrize(
    ("blocked", "says"),
    [
        (Blocked("team", "nobody"), "I don’t know “nobody”"),
        (Blocked("person", "payments"), "I don’t know “payments”"),
        (Blocked("other", "  "), "Say who or what it waits for."),
        (Blocked("ticket", "9"), "Nobody is working on a ticket C-9; name one that is open."),
    ],
)
def test_a_blocker_who_does_not_exist_is_refused_at_its_field(blocked: Blocked, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.block(a_ticket(), "dana", ELEVEN, HERE, blocked)
    assert refused.value.field == "what"
    assert says in str(refused.value)


def test_a_ticket_can_not_wait_for_itself() -> None:
    ticket = a_ticket()
    with pytest.raises(BadInput, match="C-1 can’t wait for itself"):
        lifecycle.block(ticket, "dana", ELEVEN, HERE, Blocked("ticket", "1"), (ticket,))


def test_two_tickets_can_not_wait_for_each_other() -> None:
    first = a_ticket()
    second = replace(a_ticket(number=2), state=State.BLOCKED, blocked=Blocked("ticket", "1"))
    with pytest.raises(BadInput, match=r"^C-1 waits for C-2, C-2 for C-1: "):
        lifecycle.block(first, "dana", ELEVEN, HERE, Blocked("ticket", "2"), (second,))


def test_a_ticket_can_not_wait_for_itself_through_others() -> None:
    first = a_ticket()
    second = replace(a_ticket(number=2), state=State.BLOCKED, blocked=Blocked("ticket", "3"))
    third = replace(a_ticket(number=3), state=State.BLOCKED, blocked=Blocked("ticket", "1"))
    with pytest.raises(BadInput, match=r"^C-1 waits for C-2, C-2 for C-3, C-3 for C-1: "):
        lifecycle.block(first, "dana", ELEVEN, HERE, Blocked("ticket", "2"), (second, third))


@pytest.mark.parametrize("moves", [("resolve",), ("resolve", "told"), ("withdraw",)])
def test_a_ticket_that_is_done_blocks_nothing(moves: tuple[str, ...]) -> None:
    done = after(*moves, ticket=a_ticket(number=2))
    with pytest.raises(BadInput, match="C-2"):
        lifecycle.block(a_ticket(), "dana", ELEVEN, HERE, Blocked("ticket", "2"), (done,))


def test_a_promise_pauses_the_clocks_and_the_reporter_hears_of_it() -> None:
    change = lifecycle.promise(after("acknowledge"), "dana", ELEVEN, HERE, until("2026-11-25 17:00"))
    given_ = change.ticket
    assert [clock.name for clock in given_.clocks if clock.running] == ["promise"]
    assert the(given_, "promise").due_at == moment("2026-11-25 17:00")
    assert change.notices == (News(ticket=1, audience="person:sam", what="promised"),)


@pytest.mark.parametrize("moves", [(), ("block",)])
def test_a_promise_is_for_the_future(moves: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.promise(after(*moves), "dana", ELEVEN, HERE, Promise(ELEVEN))
    assert refused.value.field == "until"


@pytest.mark.parametrize("year", [2028, 9999])
def test_a_promise_is_not_for_a_distant_future(year: int) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.promise(a_ticket(), "dana", ELEVEN, HERE, Promise(ELEVEN.replace(year=year, month=12, day=31)))
    assert refused.value.field == "until"


def test_a_promise_ends_a_block() -> None:
    given_ = MOVES["promise"](after("block"), ELEVEN).ticket
    assert (given_.state, given_.blocked, given_.holder) == (State.ACKNOWLEDGED, None, "dana")
    assert the(given_, "unblock").stopped_at == ELEVEN


def test_a_new_promise_keeps_what_the_first_one_left() -> None:
    first = lifecycle.promise(after("acknowledge"), "dana", ELEVEN, HERE, until("2026-11-24 11:00")).ticket
    second = lifecycle.promise(first, "dana", moment("2026-11-24 10:00"), HERE, until("2026-11-26 11:00")).ticket
    assert the(second, "resolve").left == the(first, "resolve").left == timedelta(hours=22)
    assert (the(second, "promise").run, second.promise) == (2, until("2026-11-26 11:00"))


def test_a_broken_promise_is_counted_and_the_clocks_run_on_from_the_promised_moment() -> None:
    given_ = lifecycle.promise(after("acknowledge"), "dana", ELEVEN, HERE, until("2026-11-24 11:00")).ticket
    broken = lifecycle.break_promise(given_, moment("2026-11-25 11:00"), HERE).ticket
    assert (broken.broken_promises, broken.promise) == (1, None)
    assert the(broken, "resolve").due_at == moment("2026-11-26 17:00"), "22 hours from the promised moment on"


def test_not_mine_gives_it_a_new_owner_whose_clock_to_acknowledge_starts_anew() -> None:
    change = MOVES["hand back"](after("acknowledge"), ELEVEN)
    handed = change.ticket
    assert (handed.team, handed.owner, handed.holder, handed.bounces) == ("app", "kim", "kim", 1)
    assert (the(handed, "acknowledge").run, the(handed, "acknowledge").due_at) == (2, moment("2026-11-23 15:00"))
    assert the(handed, "resolve").due_at == moment("2026-11-26 09:00"), "the customer's clock goes on"
    assert handed.reasons[-1] == "handed on by Dana: “not ours”", "the next owner reads why"
    assert set(change.notices) == {
        Card(ticket=1, audience="person:kim", anew=True), Card(ticket=1, audience="team:app")
    }  # fmt: skip


def test_handing_it_on_within_the_team_needs_no_second_card_in_its_channel() -> None:
    change = lifecycle.hand_back(a_ticket(), "dana", ELEVEN, HERE, "payments", Assignment("omar", "to Omar"), "")
    assert change.notices == (Card(ticket=1, audience="person:omar", anew=True),)


def test_a_blocked_ticket_that_is_handed_on_is_blocked_no_longer() -> None:
    handed = MOVES["hand back"](after("block"), ELEVEN).ticket
    assert handed.blocked is None
    assert {clock.name for clock in handed.clocks if clock.running} == {"acknowledge", "resolve"}


@pytest.mark.parametrize(("original", "why"), [(7, CloseReason.DUPLICATE), (None, CloseReason.NOT_A_COMPLAINT)])
def test_a_duplicate_or_what_is_no_complaint_closes_and_the_reporter_hears_why(
    original: int | None, why: CloseReason
) -> None:
    change = lifecycle.dismiss(after("acknowledge"), "dana", ELEVEN, HERE, original, "")
    shut = change.ticket
    assert (shut.close_reason, shut.duplicate_of, shut.closed_by, shut.closed_at) == (why, original, "dana", ELEVEN)
    assert change.notices == (News(ticket=1, audience="person:sam", what="dismissed"),)


@pytest.mark.parametrize("moves", [("resolve", "told"), ("withdraw",), ("block", "dismiss"), ("promise", "withdraw")])
def test_a_closed_ticket_has_no_running_clock(moves: tuple[str, ...]) -> None:
    shut = after(*moves)
    assert not shut.open
    assert [clock for clock in shut.clocks if clock.stopped_at is None] == []
    assert (shut.blocked, shut.promise) == (None, None)


def test_telling_the_customer_closes_it() -> None:
    shut = MOVES["told"](after("resolve"), ELEVEN).ticket
    assert (shut.told_at, shut.closed_at, shut.closed_by, shut.close_reason) == (
        ELEVEN,
        ELEVEN,
        "sam",
        CloseReason.TOLD,
    )


@pytest.mark.parametrize("moves", [("resolve",), ("resolve", "told"), ("acknowledge", "dismiss")])
def test_reopening_gives_it_back_to_its_owner_with_the_clock_to_resolve_anew(moves: tuple[str, ...]) -> None:
    change = MOVES["reopen"](after(*moves), moment("2026-11-24 10:00"))
    back = change.ticket
    assert (back.state, back.owner, back.holder) == (State.ACKNOWLEDGED, "dana", "dana")
    assert (the(back, "resolve").run, the(back, "resolve").due_at) == (2, moment("2026-11-27 10:00"))
    assert [clock.name for clock in back.clocks if clock.running] == ["resolve"]
    gone = (back.resolved_at, back.resolved_by, back.resolution, back.told_at, back.closed_at, back.close_reason)
    assert set(gone) == {None}
    assert change.notices == (Card(ticket=1, audience="person:dana", anew=True),)


def test_an_edit_keeps_the_first_words_and_moves_no_clock() -> None:
    ticket = after("acknowledge")
    worded = lifecycle.reword(ticket, "sam", ELEVEN, HERE, "Said better", "Ito").ticket
    assert replace(worded, words=None, customer=None) == ticket
    assert (worded.verbatim, worded.words, worded.customer) == (ticket.verbatim, "Said better", "Ito")
    again = lifecycle.reword(worded, "sam", ELEVEN, HERE, None, None).ticket
    assert (again.words, again.customer) == ("Said better", "Ito")


@pytest.mark.parametrize("words", ["", " \n", "x" * 100_001])
def test_an_edit_to_empty_or_endless_words_is_refused(words: str) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.reword(a_ticket(), "sam", ELEVEN, HERE, words, None)
    assert refused.value.field == "words"


def by_severity() -> Presence:
    lengths = {"low": "2d", "normal": "1d", "high": "4h", "critical": "15m calendar"}
    return Presence(organisation(policies={"standard": {"clocks": {"acknowledge": lengths}}}))


def test_a_corrected_severity_moves_the_clocks_counted_from_their_start() -> None:
    presence = by_severity()
    ticket = a_ticket(presence=presence)
    change = lifecycle.correct_severity(ticket, "sam", ELEVEN, presence, Severity.HIGH)
    assert the(change.ticket, "acknowledge").due_at == moment("2026-11-23 13:00")
    assert the(change.ticket, "resolve") == the(ticket, "resolve")
    assert change.events[0].data == {"from": "normal", "to": "high"}


def test_the_same_severity_again_changes_nothing_and_says_so() -> None:
    with pytest.raises(AlreadyDone, match="The severity of C-1 is already normal"):
        lifecycle.correct_severity(a_ticket(), "sam", ELEVEN, HERE, Severity.NORMAL)


def test_a_corrected_severity_leaves_the_promised_date_alone() -> None:
    given_ = after("promise")
    corrected = lifecycle.correct_severity(given_, "sam", ELEVEN, HERE, Severity.LOW).ticket
    assert the(corrected, "promise") == the(given_, "promise")


def test_a_reply_of_the_owners_side_is_its_first_human_move() -> None:
    change = lifecycle.commented(a_ticket(), "omar", ELEVEN, HERE, "looking", (), (), owners_side=True)
    assert (change.ticket.state, change.ticket.acknowledged_by) == (State.ACKNOWLEDGED, "omar")
    assert change.notices == (News(ticket=1, audience="person:sam", what="acknowledged"),)


def test_a_reply_of_the_reporter_moves_nothing() -> None:
    ticket = a_ticket()
    change = lifecycle.commented(ticket, "sam", ELEVEN, HERE, "hello?", (), (), owners_side=False)
    assert (change.ticket, change.notices) == (ticket, ())


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("C-42", 42), ("c42", 42), (" 42 ", 42), ("C-", None), ("", None), ("C--4", None), ("4 2", None),
        ("C-1234567890", None), ("C-٤٢", None), ("D-42", None), ("-1", 1),
    ],
)  # fmt: skip
def test_a_reference_is_read_however_people_write_it(ref: str, number: int | None) -> None:
    assert number_of(ref) == number


@given(steps=st.lists(st.tuples(st.sampled_from(list(MOVES)), st.integers(1, 60 * 24 * 5)), max_size=14))
def test_on_every_road_a_ticket_has_a_holder_and_just_the_clocks_of_its_state(steps: list[tuple[str, int]]) -> None:
    ticket, now = a_ticket(), MONDAY
    for name, minutes in steps:
        now += timedelta(minutes=minutes)
        if ticket.promise and ticket.promise.until <= now:
            ticket = lifecycle.break_promise(ticket, now, HERE).ticket
        try:
            ticket = MOVES[name](ticket, now).ticket
        except AlreadyDone:
            continue
        running = {clock.name for clock in ticket.clocks if clock.running}
        working: set[str] = set() if ticket.promise else {"resolve"}
        expected = {
            State.NEW: {"acknowledge", *working},
            State.ACKNOWLEDGED: working,
            State.BLOCKED: {"unblock"},
            State.RESOLVED: {"tell"},
            State.CLOSED: set(),
        }[ticket.state]
        assert running - {"promise"} == expected
        assert "promise" in running or not ticket.promise
        assert ticket.holder in HERE.organisation.people
        assert ticket.verbatim == "The card payment was taken twice"
        assert (ticket.blocked is not None) == (ticket.state is State.BLOCKED)
        assert (ticket.closed_at is not None) == (ticket.state is State.CLOSED)


def test_the_first_human_move_stays_the_first_when_the_ticket_is_handed_on() -> None:
    first = MOVES["acknowledge"](a_ticket(), ELEVEN).ticket
    handed = MOVES["hand back"](first, ELEVEN + timedelta(hours=1)).ticket
    assert (handed.acknowledged_by, handed.acknowledged_at) == (None, ELEVEN)
    again = lifecycle.acknowledge(handed, "kim", ELEVEN + timedelta(hours=2), HERE).ticket
    assert (again.acknowledged_by, again.acknowledged_at) == ("kim", ELEVEN)


def test_an_owner_who_unblocks_it_needs_no_new_card() -> None:
    assert lifecycle.unblock(after("block"), "dana", ELEVEN, HERE).notices == ()


def test_resolved_a_second_time_the_clock_to_tell_is_a_new_run() -> None:
    assert the(after("resolve", "reopen", "resolve"), "tell").run == 2


def test_a_ticket_blocked_by_one_that_has_closed_is_its_owners_again() -> None:
    shut = after("withdraw", ticket=a_ticket("the app broke", number=2))
    waits = replace(a_ticket(), state=State.BLOCKED, blocked=Blocked("ticket", "2"))
    assert holder_of(waits, HERE, ELEVEN, shut) == "dana"
    assert holder_of(waits, HERE, ELEVEN, None) == "dana"
