"""How long tickets take, and what that does to the first reminder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import clocks
from complaints.calendars import Calendar, between, shift
from complaints.durations import parse_duration
from complaints.forecast import Forecast, Forecasts, Spell, because, first_reminder_at, forecasts, usually
from complaints.ticket import Clock
from tests.complaints.builders import MONDAY, moment, organisation

ORGANISATION = organisation()
OFFICE = ORGANISATION.calendar_of_team("payments")
HOUR = timedelta(hours=1)
NOW = moment("2026-12-14 09:00")


def spell(hours: float, team: str = "payments", category: str | None = "card", at: datetime = MONDAY) -> Spell:
    """A ticket that was resolved after so many working hours."""
    return Spell(at, shift(OFFICE, at, hours * HOUR), team, category)


def still_open(team: str = "payments", category: str | None = "card", at: datetime = MONDAY) -> Spell:
    return Spell(at, None, team, category)


def learnt(history: Sequence[Spell], learn_from: int = 5) -> Forecasts:
    return forecasts(history, ORGANISATION.calendar_of_team, NOW, learn_from)


def taking(median: float, p80: float) -> Forecast:
    return Forecast(median * HOUR, p80 * HOUR, 40, "category and team")


def resolving(length: str = "5d", at: datetime = MONDAY) -> Clock:
    return clocks.start("resolve", at, parse_duration(length), OFFICE)


def test_median_and_p80_are_nearest_ranks_of_working_time() -> None:
    found = learnt([spell(hours) for hours in (1, 2, 3, 4, 5, 6, 7, 8, 9, 30)]).of("payments", "card")
    assert found == Forecast(5 * HOUR, 8 * HOUR, 10, "category and team")


def test_nights_and_weekends_are_not_counted() -> None:
    friday, monday = moment("2026-11-27 16:00"), moment("2026-11-30 10:00")
    found = learnt([Spell(friday, monday, "payments", None)] * 5).of("payments", None)
    assert found == Forecast(2 * HOUR, 2 * HOUR, 5, "team")


def test_it_falls_back_from_the_narrow_to_the_wide() -> None:
    history = [
        *[spell(1)] * 5, *[spell(2, "app", "login")] * 5, *[spell(3, "app", "card")] * 4, *[spell(9, "triage")] * 4,
    ]  # fmt: skip
    found = learnt(history)
    asked = [("payments", "card"), ("triage", "card"), ("app", "queue"), ("triage", "queue"), ("triage", None)]
    scopes = [forecast.scope for forecast in (found.of(*one) for one in asked) if forecast]
    assert scopes == ["category and team", "category", "team", "organisation", "organisation"]


def test_it_is_silent_until_it_has_seen_enough() -> None:
    assert learnt([spell(1)] * 4).of("payments", "card") is None
    assert learnt([spell(1)] * 4).resolved == 4
    assert learnt([spell(1)] * 5).of("payments", "card") is not None
    assert Forecasts().of("payments", "card") is None


def test_it_learns_from_the_last_180_days_only() -> None:
    long_ago = NOW - timedelta(days=180, seconds=1)
    assert learnt([spell(1, at=long_ago)] * 50) == Forecasts({}, 0)
    assert learnt([spell(1, at=long_ago + timedelta(seconds=1))] * 5).resolved == 5


def test_open_tickets_are_not_forgotten_because_the_slow_ones_are_among_them() -> None:
    quick = [spell(1)] * 30 + [spell(70)] * 10
    waiting = [still_open(at=moment("2026-12-07 09:00"))] * 30
    alone, slower = learnt(quick).of("payments", "card"), learnt(quick + waiting).of("payments", "card")
    assert alone is not None
    assert slower is not None
    assert (alone.median, slower.median) == (1 * HOUR, 70 * HOUR)
    assert slower.of == 40


def test_while_too_many_are_open_a_wider_scope_answers() -> None:
    history = [spell(1)] * 5 + [still_open()] * 5 + [spell(2, "app", "login")] * 40
    found = learnt(history).of("payments", "card")
    assert found is not None
    assert found.scope == "organisation"


def test_what_is_resolved_later_than_now_is_still_open() -> None:
    later = [Spell(MONDAY, NOW + HOUR, "payments", "card")] * 9
    assert learnt(later).resolved == 0


def test_the_first_reminder_moves_ahead_of_a_likely_miss() -> None:
    clock = resolving("5d")
    half = shift(OFFICE, clock.due_at, -clock.length / 2)
    moved = first_reminder_at(clock, OFFICE, taking(10, 30))
    assert moved is not None
    assert moved < half
    assert between(OFFICE, moved, clock.due_at) == 30 * HOUR


def test_the_first_reminder_never_comes_before_a_tenth_of_the_clock() -> None:
    clock = resolving("5d")
    moved = first_reminder_at(clock, OFFICE, taking(100, 300))
    assert moved == shift(OFFICE, clock.started_at, clock.length / 10)


@pytest.mark.parametrize("p80", [0.5, 8, 20])
def test_the_first_reminder_stays_where_there_is_time_enough(p80: float) -> None:
    assert first_reminder_at(resolving("5d"), OFFICE, taking(0.1, p80)) is None


def test_the_first_reminder_stays_where_nothing_is_known_of_the_clock() -> None:
    clock, slow = resolving("5d"), taking(100, 300)
    assert first_reminder_at(clock, OFFICE, None) is None
    assert first_reminder_at(replace(clock, run=2), OFFICE, slow) is None
    assert first_reminder_at(replace(clock, name="tell"), OFFICE, slow) is None
    assert first_reminder_at(clocks.pause(clock, MONDAY + HOUR, OFFICE), OFFICE, slow) is None
    assert first_reminder_at(clocks.stop(clock, MONDAY + HOUR, OFFICE), OFFICE, slow) is None


def test_a_first_step_that_is_earlier_than_half_stays_earlier() -> None:
    clock = resolving("5d")
    usual = shift(OFFICE, clock.due_at, -clock.length * 0.8)
    assert first_reminder_at(clock, OFFICE, taking(10, 30), usual) is None
    assert first_reminder_at(clock, OFFICE, taking(10, 36), usual) is not None


@given(st.integers(1, 400), st.sampled_from(["4h", "1d", "5d", "2w", "3d calendar", "8w calendar"]), st.integers(0, 90))
def test_the_first_reminder_moves_only_between_a_tenth_and_its_usual_moment(p80: int, length: str, late: int) -> None:
    clock = resolving(length, MONDAY + late * HOUR)
    counted: Calendar = clocks.counting(clock, OFFICE)
    half = shift(counted, clock.due_at, -clock.length / 2)
    moved = first_reminder_at(clock, OFFICE, taking(0.1, p80))
    needed = between(OFFICE, half, clock.due_at)
    assert (moved is None) or (p80 * HOUR > needed)
    if moved is not None:
        assert between(counted, clock.started_at, moved) >= clock.length * 0.1 - timedelta(seconds=1)
        assert moved < half


def test_a_forecast_says_itself_in_words() -> None:
    said = "tickets like this take 2 working days (1 in 5 over 4), so I ask early"
    assert because(taking(16, 32), OFFICE) == said
    assert usually(taking(16, 32), OFFICE) == "usually done in 2 working days, 4 in 5 within 4"
    assert usually(taking(3, 9), OFFICE) == "usually done in 3 working hours, 4 in 5 within 1 working day"
    assert usually(taking(0.5, 1), OFFICE) == "usually done in 30 minutes, 4 in 5 within 1 working hour"
    everybody = replace(taking(16, 32), scope="organisation")
    assert because(everybody, OFFICE).startswith("tickets here take 2 working days")
