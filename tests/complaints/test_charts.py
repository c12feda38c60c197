"""What charts show, against the digest's own figures, a second naive calculation, and by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.cases import Case, Received, Window
from complaints.charts import (
    MOST_BARS,
    MOST_WEEKS,
    WEEK,
    Pareto,
    ageing,
    attainment,
    flow,
    known_weeks,
    pareto,
    run_chart,
)
from complaints.figures import CLOCKS, Attained, attained
from complaints.signals import deviation
from tests.complaints import naive_figures as naive
from tests.complaints.test_figures import DAY, START, cases, counted, received

END = START + 2 * WEEK
WEEKS = 9
ZONE = "Europe/London"
WINDOWS = [Window(END - WEEK * back, END - WEEK * (back - 1)) for back in range(WEEKS, 0, -1)]
TEAMS = ("payments", "app")
counts = st.lists(st.integers(0, 40) | st.integers(0, 3), max_size=MOST_WEEKS)
histories = st.lists(cases(), max_size=20)


@given(counts)
def test_the_last_week_is_marked_exactly_where_a_digest_calls_it_a_signal(found: list[int]) -> None:
    moments = [END - WEEK * (len(found) - place) + DAY for place, count in enumerate(found) for _ in range(count)]
    chart = run_chart(moments, END, len(found), ZONE)
    assert list(chart.counts) == found
    signal = deviation(found)
    assert ((len(found) - 1) in chart.unusual) == (signal is not None)
    assert chart.kind == (signal.kind if signal else None)
    assert signal is None or signal.usual == chart.limits


def test_earlier_weeks_beyond_the_limits_are_marked_too() -> None:
    found = [4, 9] * 6 + [30] + [4, 9] * 4
    moments = [END - WEEK * (len(found) - place) for place, count in enumerate(found) for _ in range(count)]
    assert run_chart(moments, END, len(found), ZONE).unusual == (12,)


def test_a_run_of_seven_is_marked_as_a_whole() -> None:
    found = [10, 14] * 9 + [10, 10] + [14] * 7
    moments = [END - WEEK * (len(found) - place) for place, count in enumerate(found) for _ in range(count)]
    assert run_chart(moments, END, len(found), ZONE).unusual == tuple(range(20, 27))


def test_weeks_begin_on_the_readers_day_also_where_the_clocks_change() -> None:
    end = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    assert run_chart([], end, 2, ZONE).days == (date(2026, 10, 19), date(2026, 10, 25))
    assert run_chart([], end, 2, "Asia/Tokyo").days == (date(2026, 10, 19), date(2026, 10, 26))


def test_weeks_before_the_first_complaint_are_not_known() -> None:
    assert known_weeks(None, END) == 0
    assert known_weeks(END, END) == 0
    assert known_weeks(END - DAY, END) == 1
    assert known_weeks(END - 3 * WEEK, END) == 3
    assert known_weeks(END - 300 * WEEK, END) == MOST_WEEKS


@given(histories)
def test_each_week_of_the_flow_is_what_a_digest_of_that_week_says(history: list[Case]) -> None:
    found = flow(history, END, WEEKS, ZONE)
    backlog = found.opening
    for place, window in enumerate(WINDOWS):
        figures = counted(history, window)
        assert (found.received[place], found.reopened[place], found.closed[place]) == (
            figures.received, figures.reopened, figures.closed,
        )  # fmt: skip
        assert backlog == figures.opening
        backlog = found.backlog[place]
        assert backlog == figures.closing == naive.backlog(history, window.end)


@given(histories)
def test_each_week_of_attainment_is_what_a_digest_of_that_week_says(history: list[Case]) -> None:
    found = attainment(history, END, WEEKS, ZONE)
    for kept, window in zip(found.weeks, WINDOWS, strict=True):
        met, missed = zip(*(naive.met_and_missed(history, name, window) for name in CLOCKS), strict=True)
        assert kept == Attained(sum(met), sum(missed)) == counted(history, window).attainment
    last = {name: attained(history, name, WINDOWS[-1]) for name in CLOCKS}
    assert dict(found.clocks) == {name: kept for name, kept in last.items() if kept.share is not None}


@given(histories)
def test_ages_add_up_to_what_is_open(history: list[Case]) -> None:
    found = ageing(history, END, ZONE)
    assert found.total == naive.backlog(history, END)
    assert found.counts == counted(history, Window(START, END)).ages


@given(histories)
def test_every_complaint_of_the_window_is_in_one_bar(history: list[Case]) -> None:
    window = Window(END - 9 * WEEK, END)
    found = pareto(received(history), window, ZONE, str)
    assert found.total == counted(history, window).received
    assert list(found.bars) == sorted(found.bars, key=lambda bar: -bar.count)
    assert not found.bars or found.cumulative[-1] == pytest.approx(1)


@given(histories)
def test_the_charts_of_the_teams_add_up_to_those_of_everything(history: list[Case]) -> None:
    parts = [[case for case in history if case.team == team] for team in TEAMS]
    whole, halves = flow(history, END, WEEKS, ZONE), [flow(part, END, WEEKS, ZONE) for part in parts]
    for name in ("received", "reopened", "closed", "backlog"):
        assert getattr(whole, name) == _summed(getattr(half, name) for half in halves)
    assert ageing(history, END, ZONE).counts == _summed(ageing(part, END, ZONE).counts for part in parts)
    kept, each = attainment(history, END, WEEKS, ZONE), [attainment(part, END, WEEKS, ZONE) for part in parts]
    assert tuple(one.met for one in kept.weeks) == _summed(tuple(one.met for one in half.weeks) for half in each)
    assert tuple(one.missed for one in kept.weeks) == _summed(tuple(one.missed for one in half.weeks) for half in each)
    moments = [[case.captured_at for case in part] for part in (history, *parts)]
    all_of_them, *some = (run_chart(one, END, WEEKS, ZONE).counts for one in moments)
    assert all_of_them == _summed(some)
    window = Window(END - WEEKS * WEEK, END)
    assert pareto(received(history), window, ZONE, str).total == sum(
        pareto(received(part), window, ZONE, str).total for part in parts
    )


def _summed(series: Any) -> tuple[int, ...]:
    return tuple(map(sum, zip(*series, strict=True)))


def _said(*kinds: str | None, team: str = "payments") -> list[Received]:
    return [Received(n, END - DAY, kind, team, None) for n, kind in enumerate(kinds)]


def _pareto(found: list[Received]) -> Pareto:
    return pareto(found, Window(END - WEEK, END), ZONE, {"payments": "Payments", "app": "The app"}.__getitem__)


def test_more_than_ten_kinds_are_ten_and_others() -> None:
    kinds = [kind for place, kind in enumerate("abcdefghijkl") for _ in range(20 - place)]
    found = _pareto(_said(*kinds))
    assert [bar.name for bar in found.bars] == list("abcdefghij") and len(found.bars) == MOST_BARS
    assert found.others is not None and (found.others.count, found.kinds) == (10 + 9, 2)
    assert found.total == len(kinds)


def test_one_kind_that_is_left_over_is_told_by_its_name() -> None:
    found = _pareto(_said(*"abcdefghijk"))
    assert found.others is None and len(found.bars) == 11


def test_what_has_no_category_says_so_and_without_any_it_is_told_by_team() -> None:
    assert [bar.name for bar in _pareto(_said("cards", None, None)).bars] == ["no category", "cards"]
    found = _pareto([*_said(None, None), *_said(None, team="app")])
    assert (found.by, [bar.name for bar in found.bars]) == ("team", ["Payments", "The app"])


def test_the_last_day_of_a_window_is_the_one_before_it_ends() -> None:
    midnight = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
    found = pareto([], Window(midnight - WEEK, midnight), ZONE, str)
    assert (found.since, found.until) == (date(2026, 10, 26), date(2026, 11, 1))


def test_moments_of_one_second_before_and_after_the_edge_fall_into_different_weeks() -> None:
    second = timedelta(seconds=1)
    assert run_chart([END - WEEK - second, END - WEEK, END - second, END], END, 2, ZONE).counts == (1, 2)
