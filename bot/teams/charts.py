"""Charts as Teams' own: learn.microsoft.com/adaptive-cards, charts. Where none are drawn, what they say is written."""

from __future__ import annotations

from collections.abc import Sequence

from bot import captions
from bot.captions import MEASURES, one_line
from bot.teams import elements
from bot.teams.elements import Element
from complaints.charts import Chart, Pareto, RunChart

TITLE, NAME = 80, 40


def run_chart(chart: RunChart) -> Element:
    """The weeks as a line, with what is usual and its limits as lines beside it."""
    data = [_line(MEASURES[chart.measure].capitalize(), chart, chart.counts)]
    if chart.limits is not None:
        found = [("Upper limit", chart.limits.upper), ("Usual", chart.limits.mean), ("Lower limit", chart.limits.lower)]
        # There is nothing below nothing.
        data += [_line(name, chart, [round(value, 1)] * len(chart.days)) for name, value in found if value > 0]
    return _element("Chart.Line", chart, data, "Week from", captions.what(chart).capitalize())


def pareto(chart: Pareto) -> Element:
    """The kinds as bars, most frequent first."""
    bars = [*chart.bars, *([chart.others] if chart.others else [])]
    data = [{"x": one_line(bar.name, NAME) or "–", "y": bar.count} for bar in bars]
    return _element("Chart.HorizontalBar", chart, data, "Complaints", chart.by.capitalize())


def _line(name: str, chart: RunChart, values: Sequence[float]) -> Element:
    points = [{"x": one.isoformat(), "y": value} for one, value in zip(chart.days, values, strict=True)]
    return {"legend": name, "values": points}


def _element(kind: str, chart: Chart, data: Sequence[Element], x: str, y: str) -> Element:
    # Words in a TextRun are shown as they are: a category may be called anything.
    return {
        "type": kind, "title": one_line(captions.title(chart), TITLE), "xAxisTitle": x,
        "yAxisTitle": one_line(y, TITLE), "colorSet": "categorical", "data": list(data),
        "fallback": elements.words(captions.alt(chart), isSubtle=True),
    }  # fmt: skip
