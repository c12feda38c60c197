"""Working time: what a calendar says is open, and where so much working time leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.calendars import (
    ALWAYS,
    SEARCH_DAYS,
    Calendar,
    Hours,
    NeverOpen,
    Window,
    between,
    check_holidays,
    is_open,
    next_open,
    parse_hours,
    same_time_after,
    shift,
    working_days_in_week,
)

LONDON, NEW_YORK, LORD_HOWE = (
    ZoneInfo("Europe/London"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
)
KATHMANDU, APIA, ADAK = ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia"), ZoneInfo("America/Adak")
OFFICE_HOURS = parse_hours({"mon-fri": "09:00-17:00"})
OFFICE = Calendar(LONDON, OFFICE_HOURS)
ENGLAND = Calendar(LONDON, OFFICE_HOURS, holidays=("GB-ENG",))
ROUND_THE_CLOCK = Calendar(LONDON, parse_hours({"mon-sun": "00:00-24:00"}))

HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)

unhurried = settings(deadline=None, derandomize=True)


def local(text: str, zone: ZoneInfo = LONDON) -> datetime:
    """Return the UTC moment at which the zone's wall clock shows `text` (the first time that it does)."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def every_day(window: str, zone: ZoneInfo = LONDON) -> Calendar:
    return Calendar(zone, parse_hours({"mon-sun": window}))


def wall_clock_is_inside(calendar: Calendar, at: datetime) -> bool:
    """The definition of open, read straight off the wall clock."""
    wall = at.astimezone(calendar.zone)
    minute = (wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(minutes=1)
    windows = () if wall.date() in calendar.closed else calendar.hours[wall.weekday()]
    return any(window.start_minute <= minute < window.end_minute for window in windows)


CLOCK_CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # London forwards
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # London back
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York forwards
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # New York back
    datetime(2026, 3, 8, 12, tzinfo=UTC),  # Adak, in the far west, forwards
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # Lord Howe back by half an hour
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe forwards by half an hour
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia leaves out a whole day
]


@st.composite
def day_windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three windows that begin and end on quarter hours, some of them touching."""
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=4)))
    windows = [Window(15 * one, 15 * two) for one, two in pairwise(edges)]
    return tuple(window for window in windows if draw(st.booleans()))


weeks: st.SearchStrategy[Hours] = st.tuples(*[day_windows()] * 7).filter(any)
moments = st.one_of(
    st.builds(
        lambda change, quarters: change + quarters * QUARTER,
        st.sampled_from(CLOCK_CHANGES),
        st.integers(-300, 300),
    ),
    st.timedeltas(timedelta(0), timedelta(days=30 * 365)).map(lambda age: datetime(2005, 1, 1, tzinfo=UTC) + age),
)
closed_days = st.frozensets(
    st.builds(
        lambda change, days: change.date() + days * DAY,
        st.sampled_from(CLOCK_CHANGES),
        st.integers(-3, 3),
    ),
    max_size=4,
)
calendars = st.builds(
    Calendar,
    zone=st.sampled_from([LONDON, NEW_YORK, LORD_HOWE, KATHMANDU, APIA, ADAK]),
    hours=weeks,
    closed=closed_days,
)
amounts = st.timedeltas(timedelta(0), timedelta(hours=60))
some_amounts = st.timedeltas(INSTANT, timedelta(hours=60))
signed_amounts = st.timedeltas(timedelta(hours=-60), timedelta(hours=60))


@unhurried
@given(calendars, moments)
def test_a_calendar_is_open_exactly_when_the_wall_clock_stands_inside_a_window(
    calendar: Calendar, at: datetime
) -> None:
    assert is_open(calendar, at) == wall_clock_is_inside(calendar, at)


@unhurried
@given(calendars, st.sampled_from(CLOCK_CHANGES), st.integers(-200, 100), st.integers(0, 200))
def test_working_time_across_a_clock_change_is_the_sum_of_the_open_quarter_hours(
    calendar: Calendar, change: datetime, first: int, count: int
) -> None:
    start = change + first * QUARTER
    quarters = [start + step * QUARTER for step in range(count)]
    open_quarters = sum(wall_clock_is_inside(calendar, quarter) for quarter in quarters)
    assert between(calendar, start, start + count * QUARTER) == open_quarters * QUARTER


@unhurried
@given(calendars, moments)
def test_the_next_opening_is_open_and_no_working_time_lies_before_it(calendar: Calendar, at: datetime) -> None:
    opening = next_open(calendar, at)
    assert opening >= at
    assert is_open(calendar, opening)
    assert between(calendar, at, opening) == timedelta(0)
    assert (opening == at) == is_open(calendar, at)


@unhurried
@given(calendars, moments, signed_amounts)
def test_the_working_time_up_to_a_shifted_moment_is_the_amount_of_the_shift(
    calendar: Calendar, at: datetime, amount: timedelta
) -> None:
    assert between(calendar, at, shift(calendar, at, amount)) == amount


@unhurried
@given(calendars, moments, some_amounts)
def test_a_forward_shift_ends_at_the_first_moment_that_has_the_amount_behind_it(
    calendar: Calendar, at: datetime, amount: timedelta
) -> None:
    assert between(calendar, at, shift(calendar, at, amount) - INSTANT) == amount - INSTANT


@unhurried
@given(calendars, moments, some_amounts)
def test_a_backward_shift_ends_at_the_last_moment_that_has_the_amount_ahead_of_it(
    calendar: Calendar, at: datetime, amount: timedelta
) -> None:
    result = shift(calendar, at, -amount)
    assert is_open(calendar, result)
    assert between(calendar, result + INSTANT, at) == amount - INSTANT


@unhurried
@given(calendars, moments, some_amounts)
def test_a_forward_shift_ends_in_open_time_or_at_a_closing_moment(
    calendar: Calendar, at: datetime, amount: timedelta
) -> None:
    result = shift(calendar, at, amount)
    assert wall_clock_is_inside(calendar, result) or wall_clock_is_inside(calendar, result - INSTANT)


@unhurried
@given(calendars, moments, signed_amounts, signed_amounts)
def test_more_working_time_never_leads_to_an_earlier_moment(
    calendar: Calendar, at: datetime, one: timedelta, two: timedelta
) -> None:
    less, more = sorted([one, two])
    assert shift(calendar, at, less) <= shift(calendar, at, more)


@unhurried
@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=5)), signed_amounts)
def test_starting_later_never_ends_earlier(
    calendar: Calendar, at: datetime, later: timedelta, amount: timedelta
) -> None:
    assert shift(calendar, at, amount) <= shift(calendar, at + later, amount)


@unhurried
@given(calendars, moments, some_amounts, some_amounts)
def test_two_shifts_lead_where_their_sum_leads(
    calendar: Calendar, at: datetime, one: timedelta, two: timedelta
) -> None:
    assert shift(calendar, shift(calendar, at, one), two) == shift(calendar, at, one + two)
    assert shift(calendar, shift(calendar, at, -one), -two) == shift(calendar, at, -one - two)


@unhurried
@given(calendars, moments, amounts)
def test_shifting_back_undoes_a_forward_shift_but_for_closed_time(
    calendar: Calendar, at: datetime, amount: timedelta
) -> None:
    back = shift(calendar, shift(calendar, at, amount), -amount)
    assert next_open(calendar, back) == next_open(calendar, at)


@unhurried
@given(calendars, moments, st.timedeltas(-30 * DAY, 30 * DAY), st.timedeltas(-30 * DAY, 30 * DAY))
def test_working_times_of_neighbouring_spans_add_up(
    calendar: Calendar, one: datetime, first: timedelta, second: timedelta
) -> None:
    two, three = one + first, one + first + second
    whole = between(calendar, one, three)
    assert between(calendar, one, two) + between(calendar, two, three) == whole
    assert between(calendar, three, one) == -whole


@unhurried
@given(calendars, moments, st.integers(1, 12))
def test_working_days_lead_to_the_same_wall_time_wherever_that_day_has_it(
    calendar: Calendar, at: datetime, days: int
) -> None:
    begin = next_open(calendar, at).astimezone(calendar.zone)
    result = same_time_after(calendar, at, days)
    last_open = (result if is_open(calendar, result) else result - INSTANT).astimezone(calendar.zone)
    dates = [begin.date() + step * DAY for step in range(1, (last_open.date() - begin.date()).days + 1)]
    wanted = datetime.combine(last_open.date(), begin.time().replace(fold=0), calendar.zone)
    exists = wanted.astimezone(UTC).astimezone(calendar.zone).time() == begin.time().replace(fold=0)

    assert wall_clock_is_inside(calendar, last_open)
    assert sum(opens_at_all_on(calendar, day) for day in dates) == days
    if exists and wall_clock_is_inside(calendar, wanted):
        assert result == wanted.astimezone(UTC)


def opens_at_all_on(calendar: Calendar, day: date) -> bool:
    noon = datetime.combine(day, time(12), UTC)
    around = [noon + step * QUARTER for step in range(-120, 120)]
    return any(at.astimezone(calendar.zone).date() == day and wall_clock_is_inside(calendar, at) for at in around)


@unhurried
@given(weeks)
def test_hours_written_out_are_read_back(hours: Hours) -> None:
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    written = {name: [str(window) for window in windows] for name, windows in zip(names, hours, strict=True)}
    assert parse_hours(written) == hours


def test_four_hours_from_friday_at_four_end_on_monday_at_noon() -> None:
    assert shift(OFFICE, local("2026-06-05T16:00"), 4 * HOUR) == local("2026-06-08T12:00")


def test_four_hours_back_from_monday_at_noon_begin_on_friday_at_four() -> None:
    assert shift(OFFICE, local("2026-06-08T12:00"), -4 * HOUR) == local("2026-06-05T16:00")


def test_an_office_opens_at_nine_and_is_closed_from_five_on() -> None:
    assert is_open(OFFICE, local("2026-06-08T09:00"))
    assert not is_open(OFFICE, local("2026-06-08T17:00"))
    assert is_open(OFFICE, local("2026-06-08T17:00") - INSTANT)
    assert not is_open(OFFICE, local("2026-06-08T09:00") - INSTANT)


def test_a_shift_used_up_at_closing_time_stays_there_and_does_not_wait_for_the_next_opening() -> None:
    assert shift(OFFICE, local("2026-06-08T09:00"), 8 * HOUR) == local("2026-06-08T17:00")
    assert shift(OFFICE, local("2026-06-08T09:00"), 8 * HOUR + INSTANT) == local("2026-06-09T09:00") + INSTANT


def test_a_backward_shift_used_up_at_opening_time_stays_there() -> None:
    assert shift(OFFICE, local("2026-06-08T17:00"), -8 * HOUR) == local("2026-06-08T09:00")


def test_a_shift_from_the_weekend_begins_on_monday_morning() -> None:
    assert shift(OFFICE, local("2026-06-06T03:00"), HOUR) == local("2026-06-08T10:00")


def test_a_shift_of_nothing_stays_where_it_is_even_when_closed() -> None:
    assert shift(OFFICE, local("2026-06-06T03:00"), timedelta(0)) == local("2026-06-06T03:00")


def test_a_lunch_break_is_not_working_time() -> None:
    lunch = Calendar(LONDON, parse_hours({"mon-fri": ["09:00-12:00", "13:00-17:00"]}))
    assert shift(lunch, local("2026-06-08T11:00"), 2 * HOUR) == local("2026-06-08T14:00")
    assert between(lunch, local("2026-06-08T00:00"), local("2026-06-09T00:00")) == 7 * HOUR


def test_christmas_boxing_day_and_its_substitute_are_not_worked_in_england() -> None:
    assert shift(ENGLAND, local("2026-12-24T16:00"), 2 * HOUR) == local("2026-12-29T10:00")
    assert same_time_after(ENGLAND, local("2026-12-24T16:00"), 1) == local("2026-12-29T16:00")


def test_a_holiday_kept_in_the_year_before_is_not_worked() -> None:
    california = Calendar(NEW_YORK, OFFICE_HOURS, holidays=("US-CA",))
    assert not is_open(california, local("2021-12-31T12:00", NEW_YORK))


def test_the_holidays_of_every_listed_code_are_kept() -> None:
    both = Calendar(LONDON, OFFICE_HOURS, holidays=("GB-ENG", "DE-BY"))
    assert not is_open(both, local("2026-08-31T12:00"))  # England's summer bank holiday
    assert not is_open(both, local("2026-01-06T12:00"))  # Bavaria's Epiphany


def test_a_closed_date_is_the_date_in_the_calendars_own_zone() -> None:
    calendar = Calendar(APIA, ALWAYS.hours, closed=frozenset({date(2026, 6, 9)}))
    assert next_open(calendar, local("2026-06-09T00:00", APIA)) == local("2026-06-10T00:00", APIA)
    assert is_open(calendar, local("2026-06-09T00:00", APIA) - INSTANT)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-24", 24), ("2026-10-25", 25)],
)
def test_a_day_round_the_clock_has_as_many_hours_as_pass_in_london(day: str, hours: int) -> None:
    start = local(f"{day}T00:00")
    end = local(f"{date.fromisoformat(day) + DAY}T00:00")
    assert between(ROUND_THE_CLOCK, start, end) == hours * HOUR == end - start
    assert shift(ROUND_THE_CLOCK, start, hours * HOUR) == end


@pytest.mark.parametrize(
    ("window", "day", "minutes"),
    [
        ("00:00-02:00", "2026-03-29", 60),
        ("00:30-01:30", "2026-03-29", 30),
        ("01:00-02:00", "2026-03-29", 0),
        ("01:30-03:00", "2026-03-29", 60),
        ("09:00-17:00", "2026-03-29", 480),
        ("00:00-02:00", "2026-10-25", 180),
        ("01:00-01:30", "2026-10-25", 60),
        ("09:00-17:00", "2026-10-25", 480),
    ],
)
def test_a_window_loses_the_hour_that_is_skipped_and_gains_the_one_that_comes_twice(
    window: str, day: str, minutes: int
) -> None:
    noon = local(f"{day}T12:00")
    assert between(every_day(window), noon - 13 * HOUR, noon + 12 * HOUR) == timedelta(minutes=minutes)


def test_office_hours_follow_the_wall_clock_over_the_weekend_of_the_change() -> None:
    friday = datetime(2026, 3, 27, 16, tzinfo=UTC)
    assert shift(OFFICE, friday, 2 * HOUR) == datetime(2026, 3, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "America/Adak"])
def test_a_day_round_the_clock_is_whole_at_the_far_ends_of_the_world(zone: str) -> None:
    calendar = every_day("00:00-24:00", ZoneInfo(zone))
    start = local("2026-06-08T00:00", calendar.zone)
    assert between(calendar, start, start + DAY) == DAY


def test_lord_howe_turns_its_clock_back_by_half_an_hour() -> None:
    calendar = every_day("00:00-24:00", LORD_HOWE)
    start, end = local("2026-04-05T00:00", LORD_HOWE), local("2026-04-06T00:00", LORD_HOWE)
    assert between(calendar, start, end) == timedelta(hours=24, minutes=30)


def test_the_day_that_samoa_left_out_is_no_working_day() -> None:
    calendar = every_day("09:00-17:00", APIA)
    start = local("2011-12-29T10:00", APIA)
    assert same_time_after(calendar, start, 1) == local("2011-12-31T10:00", APIA)
    assert shift(calendar, start, 8 * HOUR) == local("2011-12-31T10:00", APIA)


def test_three_working_days_after_thursday_afternoon_is_tuesday_afternoon() -> None:
    assert same_time_after(OFFICE, local("2026-06-04T15:20"), 3) == local("2026-06-09T15:20")


@pytest.mark.parametrize("closed_moment", ["2026-06-05T17:00", "2026-06-06T12:00", "2026-06-08T08:59"])
def test_a_working_day_after_a_closed_moment_counts_from_the_next_opening(closed_moment: str) -> None:
    assert same_time_after(OFFICE, local(closed_moment), 1) == local("2026-06-09T09:00")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-06-05T09:00", "2026-06-06T10:00"),  # before the day opens: its opening
        ("2026-06-05T11:00", "2026-06-06T11:00"),  # inside
        ("2026-06-05T12:20", "2026-06-06T12:00"),  # in the break, nearer the morning
        ("2026-06-05T12:30", "2026-06-06T12:00"),  # in the middle of the break: the earlier
        ("2026-06-05T12:40", "2026-06-06T13:00"),  # in the break, nearer the afternoon
        ("2026-06-05T16:45", "2026-06-06T15:00"),  # after the day closed: its closing
    ],
)
def test_a_time_outside_a_shorter_day_is_clipped_to_its_nearest_moment(start: str, expected: str) -> None:
    calendar = Calendar(LONDON, parse_hours({"mon-fri": "09:00-17:00", "sat": ["10:00-12:00", "13:00-15:00"]}))
    assert same_time_after(calendar, local(start), 1) == local(expected)


def test_the_same_time_on_the_day_of_a_clock_change_is_the_same_wall_time() -> None:
    assert same_time_after(ROUND_THE_CLOCK, local("2026-03-28T12:00"), 1) == local("2026-03-29T12:00")
    assert same_time_after(ROUND_THE_CLOCK, local("2026-10-24T12:00"), 1) == local("2026-10-25T12:00")


def test_a_wall_time_that_is_skipped_moves_on_by_the_skipped_hour() -> None:
    assert same_time_after(ROUND_THE_CLOCK, local("2026-03-28T01:30"), 1) == local("2026-03-29T02:30")


def test_of_a_wall_time_that_comes_twice_the_first_is_taken() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert same_time_after(ROUND_THE_CLOCK, local("2026-10-24T01:30"), 1) == first
    assert same_time_after(ROUND_THE_CLOCK, first + HOUR, 371) == local("2027-10-31T01:30")


@pytest.mark.parametrize("days", [0, -1])
def test_fewer_than_one_working_day_later_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="allowed is 1 or more"):
        same_time_after(OFFICE, local("2026-06-08T12:00"), days)


def test_working_days_in_a_week_are_the_days_with_a_window() -> None:
    assert working_days_in_week(OFFICE) == 5
    assert working_days_in_week(ALWAYS) == 7
    assert working_days_in_week(Calendar(LONDON, parse_hours({"sat": ["10:00-12:00", "13:00-15:00"]}))) == 1


def closed_from(first: date, days: int) -> Calendar:
    return Calendar(LONDON, ALWAYS.hours, closed=frozenset(first + step * DAY for step in range(days)))


def test_a_calendar_that_stays_closed_says_so() -> None:
    at, hopeless = local("2026-06-08T12:00"), closed_from(date(2020, 1, 1), 5000)
    with pytest.raises(NeverOpen, match="Europe/London is closed for 400 days in a row"):
        next_open(hopeless, at)
    with pytest.raises(NeverOpen):
        shift(hopeless, at, HOUR)
    with pytest.raises(NeverOpen):
        shift(hopeless, at, -HOUR)
    with pytest.raises(NeverOpen):
        same_time_after(hopeless, at, 1)
    assert not is_open(hopeless, at)
    assert between(hopeless, at, at + 30 * DAY) == timedelta(0)


def test_the_search_for_an_opening_goes_on_for_just_under_four_hundred_closed_days() -> None:
    at = local("2026-06-08T12:00")
    reachable = closed_from(date(2026, 6, 8), SEARCH_DAYS - 1)
    assert next_open(reachable, at) == local(f"{date(2026, 6, 8) + (SEARCH_DAYS - 1) * DAY}T00:00")
    with pytest.raises(NeverOpen):
        next_open(closed_from(date(2026, 6, 8), SEARCH_DAYS), at)


def test_many_closed_days_that_are_not_in_a_row_do_not_stop_the_search() -> None:
    sundays = Calendar(LONDON, parse_hours({"sun": "10:00-11:00"}))
    assert shift(sundays, local("2026-01-04T10:00"), 100 * HOUR) == local("2027-11-28T11:00")


NAIVE, AWARE = datetime(2026, 6, 8, 12), datetime(2026, 6, 8, 12, tzinfo=UTC)  # noqa: DTZ001


@pytest.mark.parametrize(
    "question",
    [
        lambda: is_open(OFFICE, NAIVE),
        lambda: next_open(OFFICE, NAIVE),
        lambda: shift(OFFICE, NAIVE, HOUR),
        lambda: shift(OFFICE, NAIVE, timedelta(0)),
        lambda: between(OFFICE, NAIVE, AWARE),
        lambda: between(OFFICE, AWARE, NAIVE),
        lambda: same_time_after(OFFICE, NAIVE, 1),
    ],
)
def test_a_moment_without_a_zone_is_refused(question: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="2026-06-08T12:00:00 without a time zone"):
        question()


@pytest.mark.parametrize("amount", [-HOUR, timedelta(0), HOUR])
def test_a_moment_of_another_zone_is_answered_in_utc(amount: timedelta) -> None:
    answer = shift(OFFICE, local("2026-06-08T12:00").astimezone(NEW_YORK), amount)
    assert answer == local("2026-06-08T12:00") + amount
    assert answer.tzinfo is UTC


def test_hours_are_read_for_ranges_single_days_and_lists() -> None:
    hours = parse_hours({"mon-fri": "09:00-17:30", "sat": ["13:00-15:00", "10:00-12:00"], "sun": "closed"})
    assert hours == (
        *((Window(540, 1050),),) * 5,
        (Window(600, 720), Window(780, 900)),
        (),
    )


def test_a_range_of_days_may_wrap_around_the_week() -> None:
    hours = parse_hours({"fri-mon": "10:00-16:00"})
    assert [bool(windows) for windows in hours] == [True, False, False, False, True, True, True]


def test_a_later_key_overrides_an_earlier_one() -> None:
    hours = parse_hours({"mon-sun": "00:00-24:00", "Wed": "closed", "thu": "9:00 - 12:00"})
    assert hours[1:4] == ((Window(0, 1440),), (), (Window(540, 720),))


def test_windows_may_touch() -> None:
    assert parse_hours({"mon": ["09:00-12:00", "12:00-13:00"]})[0] == (Window(540, 720), Window(720, 780))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            {"mon": ["09:00-12:00", "11:00-13:00"]},
            "'mon': found 09:00-12:00 and 11:00-13:00; .* do not overlap",
        ),
        ({"fri": "22:00-06:00"}, "'fri': found 22:00-06:00; .*Overnight windows are not supported"),
        ({"mon": "09:00-09:00"}, "found 09:00-09:00; a window must open before it closes"),
        ({"mon": "09:00-24:01"}, "found 09:00-24:01; .*between 00:00 and 24:00"),
        ({"mon": "09:60-17:00"}, "found '09:60-17:00'; allowed are a window such as"),
        ({"mon": "nine to five"}, "found 'nine to five'; allowed are a window such as '09:00-17:30'"),
        ({"mon": ["closed", "09:00-17:00"]}, "found 'closed'"),
        ({"mon-fry": "09:00-17:00"}, "found day 'mon-fry'; allowed are mon, tue, wed"),
        ({"mon-wed-fri": "09:00-17:00"}, "found day 'mon-wed-fri'"),
        ({"": "09:00-17:00"}, "found day ''"),
        ({"mon-": "09:00-17:00"}, "found day 'mon-'"),
        ({"mon-sun": "closed"}, "no open window on any day"),
        ({}, "no open window on any day"),
    ],
)
def test_wrong_hours_are_refused_with_what_was_found_and_what_is_allowed(
    mapping: dict[str, str | list[str]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        parse_hours(mapping)


def test_a_calendar_has_hours_for_seven_days() -> None:
    with pytest.raises(ValueError, match="found hours for 5 days; a calendar has 7"):
        Calendar(LONDON, OFFICE_HOURS[:5])


@pytest.mark.parametrize("code", ["GB", "GB-ENG", "US-CA", "DE-BY"])
def test_codes_of_the_holidays_package_are_accepted(code: str) -> None:
    check_holidays(code)
    assert not is_open(Calendar(LONDON, OFFICE_HOURS, holidays=(code,)), local("2026-12-25T12:00"))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("England", "found holidays 'England'; .*such as 'GB', 'GB-ENG'"),
        ("gb", "found holidays 'gb'; .*two-letter code"),
        ("", "found holidays ''"),
        ("GB-XYZ", "found holidays 'GB-XYZ'; allowed are GB, GB-ENG, GB-NIR, GB-SCT, GB-WLS"),
        ("GB-", "found holidays 'GB-'"),
    ],
)
def test_unknown_holiday_codes_are_refused_with_the_allowed_forms(code: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_holidays(code)


def test_a_calendar_with_an_unchecked_holiday_code_does_not_pass_for_one_without_holidays() -> None:
    with pytest.raises(ValueError, match="found holidays 'XX'"):
        is_open(Calendar(LONDON, OFFICE_HOURS, holidays=("XX",)), AWARE)
