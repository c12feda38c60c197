"""The numbers of a chart as a table, for who wants to know exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.captions import day, usual
from complaints.charts import Ageing, Attainment, Chart, Flow, Pareto, RunChart
from complaints.figures import AGES, Attained


@dataclass(frozen=True, slots=True)
class Numbers:
    """A table: its headings, and rows of as many cells; the first cell of each row says what it is about."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def numbers(chart: Chart) -> Numbers:
    """Every number that the chart shows."""
    match chart:
        case RunChart():
            within = usual(chart.limits) if chart.limits else "not known yet"
            rows = ((day(week), f"{count:,}") for week, count in zip(chart.days, chart.counts, strict=True))
            return _table(("Week from", f"Complaints (usual: {within})"), rows)
        case Pareto():
            shares = (*chart.cumulative, 1.0)
            bars = (*chart.bars, *([chart.others] if chart.others else []))
            rows3 = ((bar.name, f"{bar.count:,}", f"{share:.0%}") for bar, share in zip(bars, shares, strict=False))
            return _table((chart.by.capitalize(), "Complaints", "Together"), rows3)
        case Ageing():
            ages = ((age, f"{count:,}") for age, count in zip(AGES, chart.counts, strict=True))
            return _table(("Days open", "Complaints"), ages)
        case Flow():
            columns = (chart.received, chart.reopened, chart.closed, chart.backlog)
            weeks = zip(chart.days, *columns, strict=True)
            return _table(
                ("Week from", "Received", "Reopened", "Closed", "Open at its end"),
                ((day(first), *(f"{count:,}" for count in counts)) for first, *counts in weeks),
            )
        case Attainment():
            kept = zip(chart.days, chart.weeks, strict=True)
            return _table(("Week from", "Met", "Missed", "Share met"), (_kept(day(first), one) for first, one in kept))
        case _:
            assert_never(chart)


def _kept(week: str, one: Attained) -> tuple[str, ...]:
    share = one.share
    return week, f"{one.met:,}", f"{one.missed:,}", "–" if share is None else f"{share:.0%}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Numbers:
    return Numbers(tuple(headings), tuple(tuple(row) for row in rows))
