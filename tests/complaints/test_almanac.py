"""An almanac says the same as walking from day to day, whatever it was asked before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import calendars
from complaints.almanac import Almanac
from complaints.calendars import Calendar, parse_hours

DAY = timedelta(days=1)
CALENDARS = [
    Calendar(ZoneInfo("Europe/London"), parse_hours({"mon-fri": "09:00-17:30"}), ("GB-ENG",)),
    Calendar(ZoneInfo("America/New_York"), parse_hours({"mon-sun": ["00:00-03:00", "12:00-24:00"]})),
    Calendar(ZoneInfo("Pacific/Auckland"), parse_hours({"sat-sun": "01:30-02:30", "wed": "22:00-24:00"})),
    Calendar(ZoneInfo("Asia/Kolkata"), ((),) * 6 + (parse_hours({"sun": "10:00-11:00"})[6],)),
]
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given
AMOUNTS = st.timedeltas(timedelta(seconds=1), 5 * DAY)


def almanac(calendar: Calendar) -> Almanac:
    return Almanac(calendar.zone, calendars._diary(calendar))


@pytest.mark.parametrize("calendar", CALENDARS)
@given(asked=st.lists(st.tuples(MOMENTS, AMOUNTS), min_size=1, max_size=4))
def test_an_almanac_answers_as_walking_does(calendar: Calendar, asked: list[tuple[datetime, timedelta]]) -> None:
    said = almanac(calendar)
    for at, amount in asked:
        assert said.shift(at, amount) == calendars._forwards(calendar, at, amount)
        assert said.shift(at, -amount) == calendars._backwards(calendar, at, amount)
        assert said.next_open(at) == next(calendars._ahead(calendar, at))[0]
        assert said.is_open(at) == (said.next_open(at) == at)
        walked = sum((end - begin for begin, end in calendars.open_stretches(calendar, at, at + amount)), timedelta())
        assert said.between(at, at + amount) == walked


@given(MOMENTS)
def test_the_ends_of_a_stretch_count_as_walking_has_it(at: datetime) -> None:
    calendar = CALENDARS[0]
    said, (begin, end) = almanac(calendar), next(calendars._ahead(calendar, at))
    assert said.shift(begin, end - begin) == end
    assert said.shift(end, begin - end) == begin
    assert said.is_open(begin)
    assert not said.is_open(end)


def test_what_is_closed_for_most_of_a_year_is_left_to_walking() -> None:
    first = date(2026, 6, 8)
    calendar = Calendar(
        ZoneInfo("UTC"), parse_hours({"mon-sun": "00:00-24:00"}), (), frozenset(first + n * DAY for n in range(350))
    )
    said = almanac(calendar)
    assert said.next_open(datetime(2026, 6, 9, tzinfo=UTC)) is None
    assert said.is_open(datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_a_moment_that_no_date_can_name_is_refused_as_walking_does() -> None:
    at = datetime(9999, 12, 30, tzinfo=UTC)
    with pytest.raises(OverflowError):
        calendars.shift(CALENDARS[0], at, 400 * DAY)
    assert calendars.is_open(CALENDARS[0], datetime(2026, 6, 8, 10, tzinfo=UTC))
