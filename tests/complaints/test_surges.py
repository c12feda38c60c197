"""Many alike in a short time: what is chance and what is not."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import weekly
from complaints.cases import Received
from complaints.digest import Material, signals
from complaints.organisation import Signals
from complaints.surges import BUSY, Arrival, Series, Surge, Usual, alarm, learnt, series_of, surges, tail
from tests.complaints.builders import MONDAY, organisation

ZONE = ZoneInfo("Europe/London")
NOW = MONDAY + timedelta(hours=2)
CARDS = Series("category", "cards", "payments")


def came(
    count: int, team: str = "payments", category: str = "cards", touchpoint: str = "", first: int = 100
) -> list[Arrival]:
    """So many in the hour before NOW."""
    step = timedelta(hours=1) / max(1, count)
    return [Arrival(first + n, NOW - step * (count - 1 - n), team, category, touchpoint) for n in range(count)]


def past(a_week: float, weeks: int = 8) -> Usual:
    """So many cards a week, spread over the working hours of eight weeks."""
    whole = round(a_week * weeks)
    found = [
        Arrival(
            n, MONDAY - timedelta(weeks=1 + n % weeks) + timedelta(days=n % 5, hours=n % 8), "payments", "cards", ""
        )
        for n in range(whole)
    ]
    return learnt(found, MONDAY - timedelta(weeks=weeks), MONDAY - timedelta(days=1), ZONE)


@given(st.floats(0.01, 40), st.integers(0, 80))
def test_the_tail_is_poissons(mean: float, value: int) -> None:
    below = math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(value))
    assert tail(mean, value) == pytest.approx(1 - below, abs=1e-9)


@given(st.floats(501, 5000))
def test_of_large_means_half_is_above_the_mean(mean: float) -> None:
    assert tail(mean, math.ceil(mean)) == pytest.approx(0.5, abs=0.05)


def test_four_alike_in_an_hour_are_a_surge_where_one_a_week_is_usual() -> None:
    [found] = surges(came(4), past(1), Signals(), NOW)
    assert (found.series, found.numbers, found.team) == (CARDS, (103, 102, 101, 100), "payments")


def test_four_are_none_where_forty_a_week_are_usual() -> None:
    assert surges(came(4), past(40), Signals(), NOW) == []


def test_fewer_than_the_least_are_never_one() -> None:
    assert surges(came(3), past(0), Signals(), NOW) == []
    assert surges(came(3), past(0), Signals(least=3, sensitivity="high"), NOW) != []


def test_nothing_is_one_before_four_weeks_are_known() -> None:
    assert surges(came(50), past(1, weeks=3), Signals(), NOW) == []


def test_nobody_watches_where_the_file_says_so() -> None:
    assert surges(came(50), past(1), Signals(watch=False), NOW) == []


def test_what_is_older_than_the_window_does_not_count() -> None:
    old = [one._replace(at=one.at - timedelta(hours=5)) for one in came(2, first=1)]
    assert surges([*old, *came(2)], past(0), Signals(), NOW) == []


def test_a_category_over_several_teams_is_one_surge_and_each_complaint_is_in_one_only() -> None:
    spread = [*came(2, "payments"), *came(2, "app", first=200), *came(2, "lending", first=300)]
    [found] = surges(spread, past(0), Signals(), NOW)
    assert (found.series, len(found.numbers)) == (Series("category", "cards"), 6)


def test_what_one_function_reports_is_a_surge_too() -> None:
    kinds = [came(1, "payments", f"kind {n}", "branches", first=n)[0] for n in range(6)]
    [found] = surges(kinds, past(0), Signals(), NOW)
    assert found.series == Series("touchpoint", "branches")


def test_a_complaint_without_a_category_is_alike_with_those_of_its_team() -> None:
    assert series_of(Arrival(1, NOW, "triage", "", "")) == (Series("team", "triage"),)


def test_what_is_usual_falls_into_the_hours_in_which_it_usually_comes() -> None:
    usual = past(40)
    by_day = usual.expected(CARDS, NOW - timedelta(hours=1), NOW)
    by_night = usual.expected(CARDS, NOW + timedelta(hours=12), NOW + timedelta(hours=13))
    assert by_day > 20 * by_night > 0
    week = usual.expected(CARDS, MONDAY, MONDAY + timedelta(weeks=1))
    assert week == pytest.approx(40.5 * 8 / usual.weeks, rel=0.06)


def test_the_same_surge_later_has_the_same_key_for_as_long_as_its_first_is_in_the_window() -> None:
    arrivals = came(6)
    first, second = (alarm(Surge(CARDS, tuple(reversed(arrivals[:count])), 0.1)) for count in (4, 6))
    assert first.key == second.key == "surge:category:cards:payments:100"
    assert (first.value, second.value) == (4, 6)


def test_a_busy_day_is_no_surge() -> None:
    assert BUSY > 1


# -- weekly counts


def weeks(end: datetime, counts: list[int], team: str, category: str, reporter: str, first: int) -> list[Received]:
    """So many in each week, oldest first."""
    return [
        Received(first + 100 * week + n, end - timedelta(weeks=len(counts) - week, hours=-1 - n), category, team, None,
                 None, reporter)
        for week, count in enumerate(counts)
        for n in range(count)
    ]  # fmt: skip


STEADY = [1, 0, 1, 2, 1, 0, 1, 1, 2, 0, 1, 1, 1, 0, 1]


def test_weekly_counts_signal_by_team_category_and_touchpoint() -> None:
    two_teams = weeks(MONDAY, [*STEADY, 9], "payments", "cards", "sam", 0) + weeks(
        MONDAY, [*STEADY, 1], "app", "login", "kim", 10_000
    )
    place = organisation()
    found = weekly.noticed(two_teams, (), (), MONDAY, place.touchpoint)
    told = {(one.signal.of, one.signal.about) for one in found}
    assert told == {("all", ""), ("category", "cards"), ("team", "payments"), ("touchpoint", "branches")}
    named = {one.name for one in signals(Material((), two_teams), MONDAY, place)}
    assert named <= {"", "Payments", "Branches"}


def test_a_signal_that_goes_on_keeps_its_key_and_another_week_of_it_is_the_same_alarm() -> None:
    series = weeks(MONDAY, [*STEADY, 9, 12], "payments", "cards", "sam", 0)
    place, last = organisation(), MONDAY - timedelta(weeks=1)
    until_then = [one for one in series if one.captured_at < last]
    first = weekly.alarms(weekly.noticed(until_then, (), (), last, place.touchpoint), last, (), "triage")
    second = weekly.alarms(weekly.noticed(series, (), (), MONDAY, place.touchpoint), MONDAY, first, "triage")
    assert {one.key for one in first} == {one.key for one in second} != set()
    assert {(one.team, one.value, one.first_at, one.last_at) for one in second} == {
        ("payments", 12, last - timedelta(weeks=1), MONDAY)
    }
