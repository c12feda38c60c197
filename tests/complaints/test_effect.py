"""Whether nudges help, read from timelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import clocks
from complaints.clocks import stop
from complaints.durations import parse_duration
from complaints.effect import report
from complaints.lifecycle import GOLDDUST, Event
from complaints.nudged import Case, Nudged, nudges_of
from complaints.proportions import newcombe
from complaints.steps import StepKey, key_of
from complaints.survival import Wait
from complaints.ticket import Clock
from tests.complaints.builders import MONDAY, moment, organisation

OFFICE = organisation().calendar_of_team("payments")
HOUR = timedelta(hours=1)
FRIDAY = moment("2026-11-27 17:00")
HALF, FULL, ASKED = "resolve.1:50%:remind", "resolve.1:100%:remind", "resolve.1:+1d:deputy"


def nudge(kind: str, at: datetime, to: str = "dana", step: str = HALF) -> Event:
    return Event(kind, GOLDDUST, at, {"to": to, "step": step, "because": "half of it has passed"})


def did(kind: str, at: datetime, by: str = "dana") -> Event:
    return Event(kind, by, at)


def vote(said: str, at: datetime, by: str = "dana", step: str = HALF) -> Event:
    return Event("useful", by, at, {"step": step, "vote": said})


def case(*events: Event, number: int = 1, critical: bool = False, clock: Clock | None = None, **more: datetime) -> Case:
    running = clock or clocks.start("resolve", MONDAY, parse_duration("3d"), OFFICE)
    return Case(number, critical, (running,), more.get("closed_at"), OFFICE, events)


def found(*cases: Case, now: datetime = FRIDAY) -> list[Nudged]:
    return [one for each in cases for one in nudges_of(each, now)]


def only(*events: Event, now: datetime = FRIDAY) -> Nudged:
    (one,) = found(case(*events), now=now)
    return one


def test_an_action_within_a_working_day_counts_as_acted_on() -> None:
    one = only(nudge("reminded", MONDAY), did("acknowledged", MONDAY + 3 * HOUR))
    assert (one.in_time, one.waited) == (True, Wait(3 * HOUR, True))
    next_day = only(nudge("reminded", MONDAY), did("comment", moment("2026-11-24 09:00")))
    assert (next_day.in_time, next_day.waited) == (True, Wait(8 * HOUR, True))
    too_late = only(nudge("reminded", MONDAY), did("comment", moment("2026-11-24 09:01")))
    assert too_late.in_time is False


def test_a_weekend_between_is_no_delay() -> None:
    friday, monday = moment("2026-11-20 16:00"), moment("2026-11-23 10:00")
    one = only(nudge("reminded", friday), did("resolved", monday))
    assert (one.in_time, one.waited.took) == (True, 2 * HOUR)


def test_what_others_do_is_not_the_holders_answer_and_a_vote_is_no_action() -> None:
    one = only(nudge("reminded", MONDAY), did("comment", MONDAY + HOUR, by="sam"), vote("yes", MONDAY + HOUR))
    assert (one.in_time, one.waited.over, one.useful) == (False, False, True)


def test_what_was_done_before_does_not_count() -> None:
    assert only(did("acknowledged", MONDAY), nudge("reminded", MONDAY + HOUR)).in_time is False


def test_an_escalation_is_answered_by_anybody_who_has_been_asked() -> None:
    before = nudge("reminded", MONDAY)
    call = nudge("escalated", MONDAY + HOUR, to="omar", step=ASKED)
    _, escalated = found(case(before, call, did("resolved", MONDAY + 2 * HOUR, by="dana")))
    assert (escalated.way, escalated.in_time) == ("escalated", True)


def test_a_nudge_of_today_is_not_judged_yet() -> None:
    one = only(nudge("reminded", MONDAY), now=MONDAY + 2 * HOUR)
    assert (one.in_time, one.waited) == (None, Wait(2 * HOUR, False))


def test_once_somebody_else_has_closed_it_nobody_is_waited_for() -> None:
    (one,) = found(case(nudge("reminded", MONDAY), did("closed", MONDAY + HOUR, "ines"), closed_at=MONDAY + HOUR))
    assert one.waited == Wait(HOUR, False)


def test_a_nudge_that_never_arrived_is_left_out_and_one_judged_anew_counts_once() -> None:
    assert found(case(nudge("reminded", MONDAY), nudge("not reached", MONDAY + HOUR))) == []
    again = only(nudge("reminded", MONDAY), nudge("reminded", MONDAY + 4 * HOUR))
    assert again.at == MONDAY + 4 * HOUR


def test_the_latest_vote_of_its_reader_counts() -> None:
    votes = (
        vote("yes", MONDAY),
        vote("no", MONDAY + HOUR),
        vote("yes", MONDAY, by="sam"),
        vote("yes", MONDAY, step=FULL),
    )
    assert only(nudge("reminded", MONDAY), *votes).useful is False


def test_a_clock_is_breached_once_it_has_run_out_or_ended_too_late() -> None:
    clock = clocks.start("resolve", MONDAY, parse_duration("1d"), OFFICE)
    events = (nudge("reminded", MONDAY),)
    late, early = MONDAY + timedelta(days=2), MONDAY + HOUR
    states = {
        None: found(case(*events, clock=clock), now=early),
        True: found(case(*events, clock=clock), now=late),
        False: found(case(*events, clock=stop(clock, early, OFFICE)), now=late),
    }
    assert {breached: [one.breached for one in ones] for breached, ones in states.items()} == {
        None: [None], True: [True], False: [False]
    }  # fmt: skip
    (missed,) = found(case(*events, clock=stop(clock, late, OFFICE)))
    (another_run,) = found(case(*events, clock=replace(clock, run=2)))
    assert (missed.breached, another_run.breached) == (True, None)


def test_the_report_goes_by_step_in_the_order_in_which_steps_are_taken() -> None:
    steps = (
        "tell.1:50%:remind", "resolve.1:again-2:remind", ASKED, "resolve.1:+1d:remind", FULL, HALF,
        "resolve.2:50%:remind", "acknowledge.1:80%:remind", "resolve.1:+4h:remind:instead",
    )  # fmt: skip
    told = report(found(case(*(nudge("reminded", MONDAY, step=step) for step in steps))), MONDAY, FRIDAY)
    assert [(row.clock, row.at, row.way, row.sent.count) for row in told.rows] == [
        ("acknowledge", "80%", "reminded", 1), ("resolve", "50%", "reminded", 2), ("resolve", "100%", "reminded", 1),
        ("resolve", "+4h", "escalated", 1), ("resolve", "+1d", "reminded", 1), ("resolve", "+1d", "escalated", 1),
        ("resolve", "again", "reminded", 1), ("tell", "50%", "reminded", 1),
    ]  # fmt: skip
    assert (told.sent.count, told.trial, told.muted) == (9, None, None)


def test_the_measures_are_counted_by_hand() -> None:
    cases = [
        case(nudge("reminded", MONDAY), did("acknowledged", MONDAY + HOUR), vote("yes", MONDAY + HOUR), number=1),
        case(nudge("reminded", MONDAY), did("resolved", MONDAY + 3 * HOUR), vote("no", MONDAY + HOUR), number=2),
        case(nudge("reminded", MONDAY), did("resolved", moment("2026-11-25 09:00")), number=3),
        case(nudge("reminded", moment("2026-11-27 16:00")), number=4),
    ]  # fmt: skip
    measured = report(found(*cases), MONDAY, FRIDAY, muted=2).sent
    assert (measured.count, measured.judged, measured.acted) == (4, 3, 2)
    assert measured.median == 3 * HOUR
    assert (measured.useful, measured.not_useful) == (1, 1)
    assert (measured.decided, measured.breached) == (4, 4)  # the clocks of three days had run out on Thursday


def trial(sent: Sequence[bool], withheld: Sequence[bool], **more: bool) -> list[Nudged]:
    """Nudges that were sent or withheld, each acted on in time or not."""
    arms = [("reminded", acted) for acted in sent] + [("withheld", acted) for acted in withheld]
    return [
        one
        for number, (kind, acted) in enumerate(arms)
        for one in found(
            case(nudge(kind, MONDAY), *([did("resolved", MONDAY + HOUR)] if acted else []), number=number, **more)
        )
    ]


def test_a_trial_compares_what_was_withheld_with_what_was_sent() -> None:
    told = report(trial([True] * 56 + [False] * 14, [True] * 48 + [False] * 32), MONDAY, FRIDAY)
    (row,) = told.rows
    assert row.sent.count == 70
    assert row.trial is not None
    assert (row.trial.withheld.acted, row.trial.withheld.judged) == (48, 80)
    assert row.trial.more == newcombe(56, 70, 48, 80)
    assert told.trial == row.trial


def test_a_small_trial_is_too_small_to_tell() -> None:
    told = report(trial([True] * 100, [False] * 19), MONDAY, FRIDAY)
    assert told.trial is not None
    assert told.trial.more is None


def test_only_what_might_have_been_withheld_is_compared() -> None:
    critical = [replace(one, ticket=900 + one.ticket) for one in trial([False] * 50, [], critical=True)]
    full = found(*(case(nudge("reminded", MONDAY, step=FULL), number=n) for n in range(2000, 2050)))
    before = found(*(case(nudge("reminded", MONDAY - 24 * HOUR), number=n) for n in range(3000, 3050)))
    drawn = trial([True] * 30, [False] * 30)
    told = report([*drawn, *critical, *full, *before], MONDAY - 48 * HOUR, FRIDAY)
    assert told.trial is not None
    assert (told.trial.sent.count, told.trial.withheld.count) == (30, 30)
    assert told.sent.count == 180


@given(st.lists(st.booleans(), max_size=60), st.lists(st.booleans(), max_size=60))
def test_every_nudge_is_counted_once_and_no_share_exceeds_its_whole(sent: list[bool], withheld: list[bool]) -> None:
    told = report(trial(sent, withheld), MONDAY, FRIDAY)
    assert sum(row.sent.count for row in told.rows) == told.sent.count == len(sent)
    assert told.sent.acted == sum(sent)
    if withheld:
        assert told.trial is not None
        assert (told.trial.withheld.count, told.trial.withheld.acted) == (len(withheld), sum(withheld))
        assert (told.trial.more is None) == (min(len(sent), len(withheld)) < 20)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (HALF, StepKey("resolve", 1, "50%", "remind")),
        ("tell.12:again-7:remind", StepKey("tell", 12, "again", "remind")),
        ("resolve.1:+2d:manager:instead:instead", StepKey("resolve", 1, "+2d", "manager", True)),
        ("knock-on:2026-11-23T09:00:00+00:00", None),
        ("", None),
    ],
)
def test_the_key_of_a_step_is_taken_apart(text: str, key: StepKey | None) -> None:
    assert key_of(text) == key
