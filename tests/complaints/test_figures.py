"""The figures of a digest against a second, naive calculation, and against histories one can count by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints.cases import Case, Kept, Received, Reopening, Window
from complaints.figures import AGES, CLOCKS, Attained, Figures, ages, figures, per_block, repeats, spread
from tests.complaints import naive_figures as naive
from tests.complaints.builders import organisation

ORGANISATION = organisation()
CALENDAR = ORGANISATION.calendar_of_team("payments")
START = datetime(2026, 10, 20, 7, 30, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))
"""A week in which British clocks go back."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

moments = st.integers(-120 * 24 * 4, 14 * 24 * 4).map(lambda quarter: START + quarter * timedelta(minutes=15))
lengths = st.integers(0, 40 * 24 * 4).map(lambda quarters: quarters * timedelta(minutes=15))


@st.composite
def kept(draw: st.DrawFn, since: datetime) -> Kept:
    started = since + draw(lengths)
    stopped = draw(st.none() | lengths)
    return Kept(
        draw(st.sampled_from((*CLOCKS, "unblock"))), started, started + draw(lengths),
        None if stopped is None else started + stopped, draw(st.booleans()) if stopped is None else False,
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    captured = at = draw(moments)
    reopenings = []
    for _ in range(draw(st.integers(0, 2))):
        closed = at + draw(lengths)
        at = closed + draw(lengths) + timedelta(minutes=15)
        reopenings.append(Reopening(closed, at))
    resolved = draw(st.none() | lengths)
    resolved_at = None if resolved is None else at + resolved
    closed_at = None if resolved_at is None or draw(st.booleans()) else resolved_at + draw(lengths)
    return Case(
        number=draw(st.integers(1, 9999)), team=draw(st.sampled_from(("payments", "app"))),
        category=draw(st.sampled_from((None, "cards", "login"))), severity="normal",
        customer=draw(st.sampled_from((None, "Ito", "ITO", "Okafor"))), captured_at=captured,
        acknowledged_at=draw(st.none() | lengths.map(lambda length: captured + length)), resolved_at=resolved_at,
        closed_at=closed_at,
        close_reason=draw(st.sampled_from(("told", "duplicate", "withdrawn"))) if closed_at else None,
        clocks=tuple(draw(st.lists(kept(captured), max_size=3))), reopenings=tuple(reopenings),
    )  # fmt: skip


def received(history: list[Case]) -> list[Received]:
    return [Received(c.number, c.captured_at, c.category, c.team, c.customer, c.close_reason) for c in history]


def counted(history: list[Case], window: Window = WEEK) -> Figures:
    return figures(history, repeats(received(history)), window, ORGANISATION.calendar_of_team)


@given(st.lists(cases(), max_size=25))
def test_the_backlog_adds_up_and_is_what_a_replay_of_all_moves_gives(history: list[Case]) -> None:
    found = counted(history)
    assert found.opening + found.received + found.reopened - found.closed == found.closing
    assert found.opening == naive.backlog(history, WEEK.start)
    assert found.closing == naive.backlog(history, WEEK.end)
    moves = [move for case in history for move in naive.moves(case)]
    assert found.closed == sum(step == -1 and naive.within(moment, WEEK) for moment, step in moves)


@given(st.lists(cases(), max_size=25))
def test_times_are_those_of_the_naive_calculation_in_working_and_in_calendar_time(history: list[Case]) -> None:
    found = counted(history).resolved
    for took, calendar in ((found.working, CALENDAR), (found.calendar, None)):
        times = naive.resolution_times(history, WEEK, calendar)
        assert took.count == len(times)
        assert (took.p50, took.p75, took.p90) == tuple(naive.percentile(times, share) for share in (50, 75, 90))
    seen = [c.acknowledged_at - c.captured_at for c in history if c.acknowledged_at and WEEK.holds(c.acknowledged_at)]
    assert counted(history).acknowledged.calendar.p50 == naive.percentile(seen, 50)


@given(st.lists(cases(), max_size=25))
def test_clocks_repeats_and_returns_are_those_of_the_naive_calculation(history: list[Case]) -> None:
    found = counted(history)
    for name in CLOCKS:
        met, missed = naive.met_and_missed(history, name, WEEK)
        assert found.attained[name] == Attained(met, missed)
    assert found.repeats == naive.repeats(received(history), WEEK)
    back = [one for case in history for one in case.reopenings if naive.within(one.reopened_at, WEEK)]
    assert found.reopened == len(back)
    assert found.returned == sum((one.reopened_at - one.closed_at).total_seconds() <= 30 * 86400 for one in back)
    assert sum(found.ages) == found.closing


@given(st.lists(cases(), max_size=25))
def test_the_teams_add_up_to_the_whole(history: list[Case]) -> None:
    whole = counted(history)
    parts = [counted([case for case in history if case.team == team]) for team in ("payments", "app")]
    for name in ("opening", "received", "reopened", "closed", "closing", "overdue", "returned"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)


def test_a_week_that_one_can_count_by_hand() -> None:
    before, inside = START - DAY, START + 2 * DAY
    history = [
        Case(1, "payments", "cards", "normal", "Ito", before),
        Case(2, "payments", "cards", "normal", "ito", inside, inside + HOUR, inside + 5 * HOUR, inside + 6 * HOUR,
             inside + 6 * HOUR, "told", (Kept("resolve", inside, inside + 4 * HOUR, inside + 5 * HOUR),)),
        Case(3, "payments", "cards", "normal", None, before, None, before, before, None,
             reopenings=(Reopening(before + HOUR, inside),)),
        Case(4, "payments", "cards", "normal", None, before, clocks=(Kept("resolve", before, inside),)),
    ]  # fmt: skip
    found = counted(history)
    assert (found.opening, found.received, found.reopened, found.closed, found.closing) == (2, 1, 1, 1, 3)
    assert (found.returned, found.repeats, found.overdue) == (1, 1, 1)
    assert found.attainment == Attained(0, 2) and found.attainment.share == 0
    assert found.resolved.calendar.p90 == 5 * HOUR


def test_no_ticket_gives_no_share_and_no_percentile() -> None:
    found = counted([])
    assert found.attainment.share is None
    assert found.resolved.working.p50 is None
    assert found.ages == (0,) * len(AGES)


def test_the_bands_of_age_begin_and_end_where_they_say() -> None:
    end = WEEK.end
    days = (0, 3, 4, 7, 8, 14, 15, 28, 29, 56, 57, 400)
    standing = [Case(n, "app", None, "low", None, end - n * DAY - HOUR) for n in days]
    assert ages(standing, end) == (2, 2, 2, 2, 2, 2)


def test_percentiles_are_times_of_real_tickets() -> None:
    found = spread(HOUR * n for n in range(1, 11))
    assert (found.p50, found.p75, found.p90) == (5 * HOUR, 8 * HOUR, 9 * HOUR)


@given(st.lists(moments, max_size=60))
def test_blocks_hold_each_moment_once(found: list[datetime]) -> None:
    counts = per_block(found, WEEK.end, 7 * DAY, 10)
    edges = [WEEK.end - 7 * DAY * back for back in range(10, -1, -1)]
    assert counts == [sum(edges[n] <= moment < edges[n + 1] for moment in found) for n in range(10)]
