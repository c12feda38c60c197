"""Durations: how they are read, where they lead, and how they are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.calendars import ALWAYS, Calendar, NeverOpen, parse_hours, same_time_after, shift
from complaints.durations import Duration, after, parse_duration, spoken

LONDON = ZoneInfo("Europe/London")
OFFICE = Calendar(LONDON, parse_hours({"mon-fri": "09:00-17:00"}))
SATURDAYS_TOO = Calendar(LONDON, parse_hours({"mon-sat": "09:00-17:00"}))

unhurried = settings(deadline=None, derandomize=True)
durations = st.builds(
    Duration, amount=st.integers(1, 500), unit=st.sampled_from(["m", "h", "d", "w"]), calendar=st.booleans()
)
moments = st.integers(0, 30 * 365 * 24 * 60).map(
    lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def local(text: str) -> datetime:
    """Return the UTC moment at which London's wall clock shows `text` (the first time that it does)."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@unhurried
@given(durations)
def test_a_duration_written_out_is_read_back(duration: Duration) -> None:
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", Duration(15, "m")),
        ("4h", Duration(4, "h")),
        ("3d", Duration(3, "d")),
        ("2w", Duration(2, "w")),
        ("8w calendar", Duration(8, "w", calendar=True)),
        ("3d working", Duration(3, "d")),
        (" 3D  Working ", Duration(3, "d")),
        ("007h", Duration(7, "h")),
    ],
)
def test_a_duration_is_working_time_unless_it_says_calendar(text: str, expected: Duration) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(("duration", "text"), [(Duration(4, "h"), "4h"), (Duration(8, "w", True), "8w calendar")])
def test_a_duration_gives_back_its_text(duration: Duration, text: str) -> None:
    assert str(duration) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "h",
        "0h",
        "-4h",
        "+4h",
        "1.5h",
        "4 h",
        "4s",
        "4hcalendar",
        "4h lunar",
        "1d 4h",
        "٤h",
        "4h\n4h",
    ],
)
def test_anything_else_is_refused_with_what_was_found_and_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="allowed is a whole number from 1 with m, h, d or w") as refusal:
        parse_duration(text)
    assert str(refusal.value).startswith(f"found {text!r}; ")


@pytest.mark.parametrize(
    ("longest", "too_long"),
    [("5256000m", "5256001m"), ("87600h", "87601h"), ("3650d", "3651d"), ("521w", "522w calendar")],
)
def test_a_duration_is_at_most_3650_days(longest: str, too_long: str) -> None:
    assert str(parse_duration(longest)) == longest
    with pytest.raises(ValueError, match=f"found '{too_long}'; .*at most 3650 days"):
        parse_duration(too_long)


def test_an_endless_number_is_refused_in_a_short_sentence() -> None:
    with pytest.raises(ValueError, match="found '999") as refusal:
        parse_duration("9" * 100_000 + "h")
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize("amount", [0, -1, 3651])
def test_a_duration_made_by_hand_keeps_the_same_limits(amount: int) -> None:
    with pytest.raises(ValueError, match=f"found '{amount}d'"):
        Duration(amount, "d")


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("15m", "2026-06-05T16:50", "2026-06-08T09:05"),
        ("4h", "2026-06-05T16:00", "2026-06-08T12:00"),
        ("3d", "2026-06-04T15:20", "2026-06-09T15:20"),
        ("2w", "2026-06-04T15:20", "2026-06-18T15:20"),
        ("1d", "2026-06-06T12:00", "2026-06-09T09:00"),
        ("15m calendar", "2026-06-05T16:50", "2026-06-05T17:05"),
        ("48h calendar", "2026-06-05T16:00", "2026-06-07T16:00"),
        ("3d calendar", "2026-06-04T15:20", "2026-06-07T15:20"),
        ("8w calendar", "2026-06-06T12:00", "2026-08-01T12:00"),
    ],
)
def test_a_duration_leads_through_office_hours_or_past_them(text: str, start: str, expected: str) -> None:
    assert after(local(start), parse_duration(text), OFFICE) == local(expected)


def test_a_working_week_has_as_many_working_days_as_the_calendars_week() -> None:
    # Good Friday and Easter Monday push a week of working days on by two of them.
    england = Calendar(LONDON, OFFICE.hours, holidays=("GB-ENG",))
    assert after(local("2026-04-01T10:00"), Duration(1, "w"), england) == local("2026-04-10T10:00")
    assert after(local("2026-04-01T10:00"), Duration(1, "w"), OFFICE) == local("2026-04-08T10:00")
    assert after(local("2026-04-01T10:00"), Duration(1, "w"), SATURDAYS_TOO) == local("2026-04-08T10:00")


def test_calendar_days_keep_the_wall_time_over_a_clock_change_and_calendar_hours_do_not() -> None:
    start = local("2026-03-28T12:00")
    assert after(start, Duration(1, "d", calendar=True), OFFICE) == start + timedelta(hours=23)
    assert after(start, Duration(24, "h", calendar=True), OFFICE) == local("2026-03-29T13:00")


def test_calendar_days_take_the_first_of_a_wall_time_that_comes_twice_and_move_past_a_skipped_one() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert after(local("2026-10-24T01:30"), Duration(1, "d", calendar=True), OFFICE) == first
    assert after(local("2026-03-22T01:30"), Duration(1, "w", calendar=True), OFFICE) == local("2026-03-29T02:30")
    second = first + timedelta(hours=1)
    assert after(second, Duration(53, "w", calendar=True), OFFICE) == local("2027-10-31T01:30")


@unhurried
@given(moments, durations)
def test_round_the_clock_in_utc_working_time_is_calendar_time(start: datetime, duration: Duration) -> None:
    elapsed = Duration(duration.amount, duration.unit, calendar=True)
    assert after(start, duration, ALWAYS) == after(start, elapsed, ALWAYS) == start + duration.length


@unhurried
@given(moments, st.integers(1, 40))
def test_weeks_are_days_and_hours_are_minutes(start: datetime, amount: int) -> None:
    assert after(start, Duration(amount, "w"), OFFICE) == same_time_after(OFFICE, start, 5 * amount)
    assert after(start, Duration(amount, "h"), OFFICE) == shift(OFFICE, start, timedelta(minutes=60 * amount))


@pytest.mark.parametrize("text", ["4h", "1d", "1w", "4h calendar", "1d calendar"])
def test_a_start_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        after(datetime(2026, 6, 8, 12), parse_duration(text), OFFICE)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["4h", "1d", "1w"])
def test_working_time_without_any_hours_is_refused(text: str) -> None:
    with pytest.raises(NeverOpen):
        after(local("2026-06-08T12:00"), parse_duration(text), Calendar(LONDON, ((),) * 7))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4h", "4 working hours"),
        ("1h", "1 working hour"),
        ("3d", "3 working days"),
        ("15m calendar", "15 minutes"),
        ("1w", "1 working week"),
        ("8w calendar", "8 weeks"),
        ("1d calendar", "1 day"),
    ],
)
def test_a_duration_is_said_in_words(text: str, words: str) -> None:
    assert spoken(parse_duration(text)) == words
