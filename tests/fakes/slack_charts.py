"""What is wrong with a chart. Source: docs.slack.dev/reference/block-kit/blocks/data-visualization-block.

The page allowed six series at first and other libraries say twelve by now; this takes the fewer. That a message holds
two at most is known from Slack's refusals only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack_call import Json
from tests.fakes.slack_sizes import too_long, too_many

MOST_CHARTS = 2
MOST_SERIES, MOST_POINTS, MOST_SEGMENTS = 6, 20, 6
TITLE, LABEL = 50, 20


def chart_problems(block: Json, here: str) -> Iterator[str]:
    """Yield what is wrong with a data_visualization block."""
    yield from _unknown(block, {"type", "block_id", "title", "chart"}, here)
    yield from _text(block.get("title"), TITLE, f"{here}/title")
    chart = block.get("chart")
    kind = chart.get("type") if isinstance(chart, dict) else None
    if kind == "pie":
        yield from _points(chart.get("segments"), MOST_SEGMENTS, f"{here}/chart/segments")
    elif kind in {"bar", "area", "line"}:
        yield from _series_problems(chart, f"{here}/chart")
    else:
        yield f"chart must be one of pie, bar, area, line [json-pointer:{here}/chart]"


def _series_problems(chart: Json, here: str) -> Iterator[str]:
    yield from _unknown(chart, {"type", "series", "axis_config"}, here)
    axes, series = chart.get("axis_config"), chart.get("series")
    if not isinstance(axes, dict) or not isinstance(axes.get("categories"), list):
        yield f"missing required field: categories [json-pointer:{here}/axis_config]"
        return
    if not isinstance(series, list) or not series:
        yield f"missing required field: series [json-pointer:{here}]"
        return
    yield from _unknown(axes, {"categories", "x_label", "y_label"}, f"{here}/axis_config")
    for name in ("x_label", "y_label"):
        yield from _text(axes.get(name, "–"), TITLE, f"{here}/axis_config/{name}")
    categories = axes["categories"]
    yield from too_many(categories, MOST_POINTS, f"{here}/axis_config/categories")
    yield from too_many(series, MOST_SERIES, f"{here}/series")
    for number, label in enumerate(categories):
        yield from _text(label, LABEL, f"{here}/axis_config/categories/{number}")
    if len({one.get("name") for one in series}) < len(series) or len(set(categories)) < len(categories):
        yield f"series names and categories must be unique [json-pointer:{here}]"
    for number, one in enumerate(series):
        place = f"{here}/series/{number}"
        yield from _text(one.get("name"), LABEL, f"{place}/name")
        yield from _points(one.get("data"), MOST_POINTS, f"{place}/data")
        if [point.get("label") for point in one.get("data") or ()] != categories:
            yield f"labels must be the categories, each of them once [json-pointer:{place}/data]"


def _points(points: Any, most: int, here: str) -> Iterator[str]:
    if not isinstance(points, list) or not points:
        yield f"at least one is required [json-pointer:{here}]"
        return
    yield from too_many(points, most, here)
    for number, point in enumerate(points):
        yield from _text(point.get("label"), LABEL, f"{here}/{number}/label")
        if not isinstance(point.get("value"), int | float) or isinstance(point["value"], bool):
            yield f"must be a number [json-pointer:{here}/{number}/value]"


def _text(value: Any, limit: int, here: str) -> Iterator[str]:
    yield from too_long(value, limit, here)
    if value == "":
        yield f"must be more than 0 characters [json-pointer:{here}]"


def _unknown(value: Json, known: set[str], here: str) -> Iterator[str]:
    yield from (f"invalid additional property: {name} [json-pointer:{here}]" for name in sorted(value.keys() - known))
