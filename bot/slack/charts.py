"""Charts as Slack's own: docs.slack.dev/reference/block-kit/blocks/data-visualization-block (messages only, two each).

Slack draws numbers and has no place for alternative text, so the words of the message have the numbers too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import captions
from bot.captions import MEASURES, day, one_line
from bot.slack.blocks import Block
from complaints.charts import Pareto, RunChart

KIND = "data_visualization"
TITLE, LABEL = 50, 20
MOST_POINTS = 20
MOST_SERIES = 6
"""Of a chart; Slack has allowed more since, not everywhere at once."""


def run_chart(chart: RunChart) -> Block:
    """The last weeks as a line, with what is usual and its limits as lines beside it."""
    days = [day(one) for one in chart.days][-MOST_POINTS:]
    series = [_series(MEASURES[chart.measure].capitalize(), days, chart.counts[-MOST_POINTS:])]
    if chart.limits is not None:
        found = [("Upper limit", chart.limits.upper), ("Usual", chart.limits.mean), ("Lower limit", chart.limits.lower)]
        # There is nothing below nothing.
        series += [_series(name, days, [round(value, 1)] * len(days)) for name, value in found if value > 0]
    return _block(
        captions.title(chart), "line", series, days, "Week from", f"{_short(captions.what(chart), 43)} a week"
    )


def pareto(chart: Pareto) -> Block:
    """The kinds as bars, most frequent first."""
    bars = [*chart.bars, *([chart.others] if chart.others else [])][:MOST_POINTS]
    labels = list(_apart([bar.name for bar in bars]))
    series = [_series("Complaints", labels, [bar.count for bar in bars])]
    return _block(captions.title(chart), "bar", series, labels, chart.by.capitalize(), "Complaints")


def _block(title: str, kind: str, series: Sequence[Block], labels: Sequence[str], x_label: str, y_label: str) -> Block:
    axes = {"categories": list(labels), "x_label": x_label, "y_label": y_label}
    chart = {"type": kind, "series": list(series), "axis_config": axes}
    return {"type": KIND, "title": _short(title, TITLE), "chart": chart}


def _series(name: str, labels: Sequence[str], values: Sequence[float]) -> Block:
    points = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    return {"name": name, "data": points}


def _apart(names: Sequence[str]) -> Iterator[str]:
    """The names, short enough for Slack, and told apart where they would be the same."""
    taken: set[str] = set()
    for name in names:
        label, number = _short(name, LABEL), 1
        while label in taken:
            number += 1
            label = f"{_short(name, LABEL - len(str(number)) - 1)} {number}"
        taken.add(label)
        yield label


def _short(text: str, limit: int) -> str:
    return one_line(text, limit) or "–"
