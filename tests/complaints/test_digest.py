"""When digests are due, who may read what, and what there is to decide."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import scopes
from complaints.cases import Case, Kept, Received, Window
from complaints.digest import (
    Material,
    Standing,
    Tried,
    actions,
    decisions,
    noticed,
    run_chart,
    running_out,
    signals,
    worst,
)
from complaints.errors import BadInput
from complaints.figures import repeats
from complaints.schedules import Schedule
from tests.complaints.builders import MONDAY, moment, organisation

ORGANISATION = organisation()
WEEK = Window(MONDAY - timedelta(days=7), MONDAY)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
schedules = st.builds(
    Schedule, st.sampled_from(("daily", "weekly", "monthly")), st.integers(0, 6), st.times(),
    st.sampled_from(ZONES).map(ZoneInfo),
)  # fmt: skip
times = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def standing(number: int = 1, **changes: Any) -> Standing:
    clock = Kept("resolve", MONDAY - timedelta(days=5), MONDAY - timedelta(days=1))
    given: dict[str, Any] = {
        "team": "payments", "severity": "normal", "owner": "dana", "holder": "dana", "promised": False,
        "broken_promises": 0, "bounces": 0, "clocks": (clock,),
    }  # fmt: skip
    return Standing(number, **given | changes)


@given(schedules, times)
def test_what_follows_comes_after_and_nothing_lies_between(schedule: Schedule, at: datetime) -> None:
    latest, following = schedule.latest(at), schedule.following(at)
    assert latest <= at < following
    assert schedule.following(latest) == following
    assert schedule.before(following) == latest


def test_a_wall_time_that_the_clocks_skip_moves_on_and_one_that_comes_twice_is_taken_first() -> None:
    def at(wall: time) -> Schedule:
        return Schedule("daily", 0, wall, ZoneInfo("Europe/London"))

    skipped = at(time(1, 30)).following(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    twice = at(time(1, 30)).following(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_month_ends_on_the_first() -> None:
    monthly = Schedule("monthly", 0, time(8, 30), ZoneInfo("Europe/London"))
    assert monthly.following(MONDAY) == moment("2026-12-01 08:30")
    assert monthly.since(moment("2027-03-31 10:00")) == moment("2027-02-28 10:00")


@pytest.mark.parametrize(
    ("person", "teams"),
    [
        ("dana", ("payments",)), ("lee", ("payments",)), ("sam", ()), ("noor", ()),
        ("ines", ("payments", "app", "triage")),
    ],
)  # fmt: skip
def test_people_read_of_their_own_teams_and_of_those_below_them(person: str, teams: tuple[str, ...]) -> None:
    assert scopes.readable(ORGANISATION, person) == teams


def test_a_manager_reads_of_whatever_is_below_them_at_any_depth() -> None:
    people = {"kim": {"manager": "lee"}, "lee": {"manager": "noor"}}
    assert scopes.readable(organisation(people=people), "noor") == ("payments", "app")


@pytest.mark.parametrize(
    ("typed", "teams"),
    [("", None), ("all", ()), ("Everything", ()), ("payments", ("payments",)), ("App, Payments", ("app", "payments")),
     ("the app and payments", None), ("app app", ("app",))],
)  # fmt: skip
def test_teams_are_known_by_key_or_name(typed: str, teams: tuple[str, ...] | None) -> None:
    if typed.startswith("the"):
        with pytest.raises(BadInput, match="no team “the”"):
            scopes.named(ORGANISATION, typed)
    else:
        assert scopes.named(ORGANISATION, typed) == teams


@pytest.mark.parametrize(
    ("changes", "question", "who"),
    [
        ({"taken": (("resolve.1:+2d:manager", "ines"),)}, "escalated", "Ines"),
        ({"broken_promises": 2}, "promise broken", "Dana"),
        ({"owner": None, "holder": "lee"}, "nobody owns it", "Lee"),
        ({"bounces": 3}, "nobody wants it", "Ines"),
    ],
)
def test_a_decision_has_an_owner_and_a_date(changes: dict[str, Any], question: str, who: str) -> None:
    (found,) = decisions([standing(**changes)], ORGANISATION, MONDAY)
    assert (found.question, found.who) == (question, who)
    assert found.by == moment("2026-11-24 09:00")


def test_what_needs_nobody_in_charge_is_no_decision() -> None:
    over = {"taken": (("resolve.1:+2d:manager", "ines"),), "clocks": (Kept("resolve", MONDAY, MONDAY, run=2),)}
    promised = {"broken_promises": 1, "promised": True}
    assert decisions([standing(), standing(**over), standing(**promised)], ORGANISATION, MONDAY) == []


def test_the_worst_is_decided_first() -> None:
    several = [standing(n, severity=severity, owner=None) for n, severity in ((1, "low"), (2, "critical"), (3, "high"))]
    assert [one.ticket for one in decisions(several, ORGANISATION, MONDAY)] == [2, 3, 1]


def test_clocks_that_run_out_within_seven_days_are_told_soonest_first() -> None:
    def due(days: float, **more: Any) -> Kept:
        return Kept("resolve", MONDAY, MONDAY + timedelta(days=days), **more)

    several = [
        standing(1, clocks=(due(6.9),)), standing(2, clocks=(due(1),)), standing(3, clocks=(due(7),)),
        standing(4, clocks=(due(2, paused=True),)), standing(5, clocks=(due(-1),)),
    ]  # fmt: skip
    assert [one.ticket for one in running_out(several, ORGANISATION, MONDAY)] == [2, 1]


def test_a_surge_in_one_category_is_a_signal_of_that_category() -> None:
    weeks = [3] * 20 + [15]
    found = [
        Received(n, MONDAY - timedelta(weeks=20 - week, days=3), "cards", "payments", None)
        for week, count in enumerate(weeks) for n in range(count)
    ]  # fmt: skip
    steady = [Received(0, one.captured_at, "login", "app", None) for one in found if one.number < 3]
    told = [(one.measure, one.about) for one in signals(Material((), [*found, *steady]), MONDAY)]
    assert told == [("arrivals", "cards"), ("arrivals", "")], "the most telling first"


def test_the_run_chart_says_of_whom_the_signal_is() -> None:
    weeks = [3] * 20 + [15]
    found = [
        Received(n, MONDAY - timedelta(weeks=20 - week, days=3), None, "payments", None, reporter=reporter)
        for week, count in enumerate(weeks)
        for reporter, times in (("sam", count), ("kim", 2)) for n in range(times)
    ]  # fmt: skip
    material = Material((), found)
    drawn = run_chart(material, MONDAY, noticed(material, MONDAY, ORGANISATION), "Europe/London")
    assert drawn is not None and (drawn.of, drawn.about) == ("touchpoint", "Branches")


def test_the_worst_words_are_the_gravest_then_those_said_again() -> None:
    day = timedelta(days=1)
    history = [
        Case(1, "app", "login", "normal", "Ito", MONDAY - 20 * day),
        Case(2, "app", "login", "normal", "Ito", MONDAY - day),
        Case(3, "app", "login", "normal", None, MONDAY - day / 2),
        Case(4, "app", "login", "high", None, MONDAY - 2 * day),
        Case(5, "app", "login", "critical", None, MONDAY - day, close_reason="duplicate", closed_at=MONDAY),
    ]  # fmt: skip
    received = [Received(c.number, c.captured_at, c.category, c.team, c.customer, c.close_reason) for c in history]
    assert worst(history, repeats(received), WEEK) == [4, 2, 3]


def test_an_action_worked_where_its_cause_has_not_come_back() -> None:
    day, told = timedelta(days=1), []
    for number, (cause, captured, resolved) in enumerate(
        [("Timeout", 30, 29), ("timeout ", 20, 3), ("Leap year", 6, 5), ("Old", 40, 39)]
    ):
        told.append(Tried(number, cause, f"done {number}", MONDAY - captured * day, MONDAY - resolved * day))
    found = [(one.cause, one.done, one.came_back) for one in actions(told, WEEK)]
    assert found == [("Timeout", "done 0", 1), ("Leap year", "done 2", 0)]
