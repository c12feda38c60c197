"""Clocks: started, stopped, paused, resumed and moved, exactly."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from complaints import clocks
from complaints.calendars import ALWAYS, Calendar, between, parse_hours
from complaints.durations import Duration, parse_duration
from tests.complaints.builders import MONDAY, moment

OFFICE = Calendar(ZoneInfo("Europe/London"), parse_hours({"mon-fri": "09:00-17:00"}), ("GB-ENG",))
FOUR_HOURS = parse_duration("4h")


def test_a_clock_of_working_time_stands_still_at_night_and_over_the_weekend() -> None:
    clock = clocks.start("acknowledge", moment("2026-11-27 15:00"), FOUR_HOURS, OFFICE)
    assert clock.due_at == moment("2026-11-30 11:00")
    assert (clock.length, clock.calendar, clock.run) == (timedelta(hours=4), False, 1)


def test_a_clock_of_calendar_time_counts_nights_and_weekends() -> None:
    clock = clocks.start("resolve", moment("2026-11-27 16:00"), parse_duration("48h calendar"), OFFICE)
    assert clock.due_at == moment("2026-11-29 16:00")
    assert (clock.length, clock.calendar) == (timedelta(hours=48), True)


def test_a_working_day_is_as_long_as_the_calendar_says() -> None:
    clock = clocks.start("resolve", moment("2026-11-23 12:00"), parse_duration("3d"), OFFICE)
    assert (clock.due_at, clock.length) == (moment("2026-11-26 12:00"), timedelta(hours=24))


def test_a_paused_clock_has_exactly_as_much_left_after_a_weekend() -> None:
    clock = clocks.start("acknowledge", moment("2026-11-27 15:00"), FOUR_HOURS, OFFICE)
    still = clocks.pause(clock, moment("2026-11-27 16:30"), OFFICE)
    assert (still.left, still.paused, still.running) == (timedelta(hours=2.5), True, False)
    going = clocks.resume(still, moment("2026-11-29 12:00"), OFFICE)
    assert (going.due_at, going.left, going.running) == (moment("2026-11-30 11:30"), None, True)


def test_a_clock_that_had_run_out_before_its_pause_is_as_late_after_it() -> None:
    clock = clocks.start("acknowledge", MONDAY, FOUR_HOURS, OFFICE)
    still = clocks.pause(clock, moment("2026-11-23 15:00"), OFFICE)
    assert still.left == timedelta(hours=-2)
    assert clocks.resume(still, moment("2026-11-25 12:00"), OFFICE).due_at == moment("2026-11-25 10:00")


def test_stopping_a_paused_clock_first_gives_it_the_rest_it_had() -> None:
    still = clocks.pause(clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE), moment("2026-11-23 12:00"), OFFICE)
    ended = clocks.stop(still, moment("2026-11-25 10:00"), OFFICE)
    assert ended.due_at == moment("2026-11-25 11:00")
    assert ended.state(moment("2027-01-01 00:00")) == "met"


@pytest.mark.parametrize("change", [clocks.pause, clocks.stop])
def test_a_stopped_clock_stays_as_it_was(change: object) -> None:
    ended = clocks.stop(clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE), moment("2026-11-23 10:00"), OFFICE)
    assert callable(change)
    assert change(ended, moment("2026-11-24 10:00"), OFFICE) == ended
    assert clocks.resume(ended, moment("2026-11-24 10:00"), OFFICE) == ended


def test_pausing_twice_is_pausing_once() -> None:
    still = clocks.pause(clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE), moment("2026-11-23 10:00"), OFFICE)
    assert clocks.pause(still, moment("2026-11-23 12:00"), OFFICE) == still


def test_the_states_of_a_clock_turn_just_after_its_last_moment() -> None:
    clock = clocks.start("acknowledge", MONDAY, FOUR_HOURS, OFFICE)
    second = timedelta(seconds=1)
    assert [clock.state(clock.due_at), clock.state(clock.due_at + second)] == ["running", "overdue"]
    in_time, late = (clocks.stop(clock, clock.due_at + extra, OFFICE) for extra in (0 * second, second))
    assert [in_time.state(MONDAY), late.state(MONDAY)] == ["met", "missed"]
    assert clocks.pause(clock, MONDAY, OFFICE).state(clock.due_at + second) == "paused"


def test_another_length_counts_from_the_old_start_and_what_was_paused_stays_granted() -> None:
    clock = clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE)
    assert clocks.resize(clock, parse_duration("1h"), OFFICE).due_at == moment("2026-11-23 10:00")
    waited = clocks.resume(clocks.pause(clock, moment("2026-11-23 11:00"), OFFICE), moment("2026-11-24 11:00"), OFFICE)
    assert waited.due_at == moment("2026-11-24 13:00")
    assert clocks.resize(waited, parse_duration("6h"), OFFICE).due_at == moment("2026-11-24 15:00")
    still = clocks.pause(clock, moment("2026-11-23 11:00"), OFFICE)
    assert clocks.resize(still, parse_duration("6h"), OFFICE).left == timedelta(hours=4)


def test_a_stopped_clock_gets_no_other_length() -> None:
    ended = clocks.stop(clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE), moment("2026-11-23 10:00"), OFFICE)
    assert clocks.resize(ended, parse_duration("1h"), OFFICE) == ended
    assert clocks.resize(ended, parse_duration("15m calendar"), OFFICE) == ended


def test_a_clock_can_turn_from_working_to_calendar_time() -> None:
    clock = clocks.start("acknowledge", moment("2026-11-23 16:50"), FOUR_HOURS, OFFICE)
    urgent = clocks.resize(clock, parse_duration("15m calendar"), OFFICE)
    assert (urgent.due_at, urgent.length, urgent.calendar) == (
        moment("2026-11-23 17:05"), timedelta(minutes=15), True
    )  # fmt: skip


MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: moment("2026-01-01") + timedelta(minutes=minutes))
LENGTHS = st.builds(
    Duration, amount=st.integers(1, 40), unit=st.sampled_from(["m", "h", "d", "w"]), calendar=st.booleans()
)


@given(
    started=MOMENTS, length=LENGTHS, steps=st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=8), end=MOMENTS
)
def test_however_often_a_clock_is_paused_its_running_time_is_its_length(
    started: datetime, length: Duration, steps: list[int], end: datetime
) -> None:
    clock = clocks.start("resolve", started, length, OFFICE)
    counting = ALWAYS if length.calendar else OFFICE
    ran, now = timedelta(), started
    for step in steps:
        later = now + timedelta(minutes=step)
        if clock.paused:
            clock = clocks.resume(clock, later, OFFICE)
        else:
            ran += between(counting, now, later)
            clock = clocks.pause(clock, later, OFFICE)
        now = later
    if clock.paused:
        clock = clocks.resume(clock, now, OFFICE)
    assert ran + between(counting, now, clock.due_at) == clock.length
    assert clock.length == between(counting, started, clocks.start("resolve", started, length, OFFICE).due_at)


@given(started=MOMENTS, one=LENGTHS, two=LENGTHS)
def test_a_length_changed_there_and_back_is_as_if_it_had_never_changed(
    started: datetime, one: Duration, two: Duration
) -> None:
    assume(one.calendar == two.calendar)
    clock = clocks.start("resolve", started, one, OFFICE)
    back = clocks.resize(clocks.resize(clock, two, OFFICE), one, OFFICE)
    assert back.length == clock.length
    assert between(clocks.counting(clock, OFFICE), started, back.due_at) == clock.length


def test_a_paused_clock_that_turns_to_calendar_time_stays_paused_with_what_it_then_has_left() -> None:
    still = clocks.pause(clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE), moment("2026-11-23 10:00"), OFFICE)
    urgent = clocks.resize(still, parse_duration("90m calendar"), OFFICE)
    assert (urgent.paused, urgent.left) == (True, timedelta(minutes=30)), "an hour of it had run"


def test_a_clock_that_turns_to_calendar_time_keeps_the_pauses_it_was_granted() -> None:
    clock = clocks.start("resolve", MONDAY, parse_duration("3d"), OFFICE)
    still = clocks.pause(clock, moment("2026-11-23 12:00"), OFFICE)
    going = clocks.resume(still, moment("2026-11-24 12:00"), OFFICE)
    assert clocks.resize(going, parse_duration("8h calendar"), OFFICE).due_at == moment("2026-11-24 17:00")


def test_pauses_that_touch_are_one_and_empty_ones_are_none() -> None:
    clock = clocks.pause(clocks.start("resolve", MONDAY, FOUR_HOURS, OFFICE), moment("2026-11-23 10:00"), OFFICE)
    again = clocks.pause(clocks.resume(clock, moment("2026-11-23 11:00"), OFFICE), moment("2026-11-23 11:00"), OFFICE)
    assert again.pauses == ((moment("2026-11-23 10:00"), None),)
    assert clocks.resume(clock, moment("2026-11-23 10:00"), OFFICE).pauses == ()


@given(
    started=MOMENTS, lengths=st.lists(LENGTHS, min_size=2, max_size=5),
    steps=st.lists(st.tuples(st.sampled_from(["pause", "resume", "resize"]), st.integers(0, 9 * 24 * 60)), max_size=10),
)  # fmt: skip
def test_whatever_a_clock_is_resized_to_it_has_its_length_less_the_time_that_it_ran(
    started: datetime, lengths: list[Duration], steps: list[tuple[str, int]]
) -> None:
    clock, now, pauses = clocks.start("resolve", started, lengths[0], OFFICE), started, []
    for number, (what, minutes) in enumerate(steps):
        now += timedelta(minutes=minutes)
        if what == "resize":
            clock = clocks.resize(clock, lengths[number % len(lengths)], OFFICE)
        elif what == "pause" and not clock.paused:
            clock, since = clocks.pause(clock, now, OFFICE), now
        elif what == "resume" and clock.paused:
            clock = clocks.resume(clock, now, OFFICE)
            pauses.append((since, now))
    if clock.paused:
        clock = clocks.resume(clock, now, OFFICE)
        pauses.append((since, now))
    counted = clocks.counting(clock, OFFICE)
    stood = sum((between(counted, *pause) for pause in pauses), timedelta())
    last = pauses[-1][1] if pauses else started
    ran = between(counted, started, last) - stood
    assert ran + between(counted, last, clock.due_at) == clock.length
