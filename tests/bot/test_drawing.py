"""Pictures of charts: they say what they should to who sees them and to who does not, and harm nobody."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image, ImageChops

from bot import captions, drawing
from complaints.charts import Chart, Flow, Pareto, RunChart
from complaints.signals import Limits
from tests.bot.chart_histories import HISTORIES, NAMES, ZONE, charts
from tests.bot.digests import HOSTILE, paretos, run_charts

GOLDENS = Path(__file__).parent / "goldens"
DIFFERENCE = 24
"""How far two pictures may be apart, of 255, in any square of ten pixels: letters are set a little differently by other
versions of the libraries."""
PICTURES = [(history, name, False) for history in HISTORIES for name in NAMES] + [
    ("surge", name, True) for name in NAMES
]  # fmt: skip


@pytest.mark.parametrize(("history", "name", "dark"), PICTURES)
def test_it_looks_as_it_did_when_somebody_looked_at_it(history: str, name: str, dark: bool) -> None:
    drawn = drawing.png(HISTORIES[history][name], dark)
    golden = GOLDENS / f"{history}-{name}{'-dark' if dark else ''}.png"
    if os.environ.get("GOLDDUST_SCREENSHOT") == "1":
        golden.parent.mkdir(exist_ok=True)
        Image.open(io.BytesIO(drawn)).convert("RGB").quantize(64).save(golden, optimize=True)
    assert _apart(drawn, golden.read_bytes()) < DIFFERENCE


def test_other_histories_and_a_single_other_number_are_further_apart_than_the_tolerance() -> None:
    quiet, surge, growing = (HISTORIES[name] for name in ("quiet", "surge", "growing"))
    assert _apart(drawing.png(quiet["arrivals"]), drawing.png(surge["arrivals"])) > DIFFERENCE
    for name in ("flow", "ageing", "attainment"):
        assert _apart(drawing.png(quiet[name]), drawing.png(growing[name])) > DIFFERENCE
    run = surge["arrivals"]
    assert isinstance(run, RunChart)
    other = replace(run, counts=(*run.counts[:-1], run.counts[-1] - 3))
    assert _apart(drawing.png(run), drawing.png(other)) > DIFFERENCE


def _apart(one: bytes, other: bytes) -> int:
    pictures = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in (one, other)]
    assert {picture.size for picture in pictures} == {(drawing.WIDTH, drawing.HEIGHT)}
    first, second = (picture.reduce(10) for picture in pictures)
    return max(high for _, high in ImageChops.difference(first, second).getextrema())


def test_the_same_chart_is_the_same_bytes() -> None:
    chart = HISTORIES["surge"]["arrivals"]
    assert drawing.svg(chart) == drawing.svg(replace(chart)) != drawing.svg(chart, dark=True)
    assert drawing.png(chart) == drawing.png(replace(chart))


@pytest.mark.parametrize("name", NAMES)
def test_without_any_complaint_there_is_a_picture_that_says_so(name: str) -> None:
    chart = charts([])[name]
    assert "\n" not in captions.alt(chart) and captions.alt(chart).startswith(("No", "Nothing"))
    ET.fromstring(drawing.svg(chart))  # noqa: S314 - our own


def test_titles_say_what_one_sees() -> None:
    assert captions.title(HISTORIES["quiet"]["arrivals"]) == "As many complaints as usual"
    assert captions.title(HISTORIES["surge"]["arrivals"]) == "More complaints about cards than usual"
    reported = replace(HISTORIES["surge"]["arrivals"], about="Branches", of="touchpoint")  # type: ignore[type-var]
    assert captions.title(reported) == "More complaints reported by Branches than usual"
    assert captions.title(HISTORIES["growing"]["flow"]).startswith("The backlog grows: ")
    assert captions.title(HISTORIES["quiet"]["flow"]).startswith("The backlog hardly moves: ")


def test_who_sees_no_picture_hears_its_numbers() -> None:
    run, flow, pareto = (HISTORIES["surge"][name] for name in ("arrivals", "flow", "pareto"))
    assert isinstance(run, RunChart) and isinstance(flow, Flow) and isinstance(pareto, Pareto)
    said = captions.alt(run)
    assert f"{run.counts[-1]} in the last week" in said and "more than chance" in said
    assert f"{flow.backlog[-1]} are open now" in captions.alt(flow)
    assert all(f"{bar.name} {bar.count}" in captions.alt(pareto) for bar in pareto.bars)


def test_limits_are_named_and_what_is_unusual_is_marked() -> None:
    drawn = drawing.svg(HISTORIES["surge"]["arrivals"])
    assert "upper limit" in drawn and "usual" in drawn and "more than chance" in drawn
    assert "more than chance" not in drawing.svg(HISTORIES["quiet"]["arrivals"])


@pytest.mark.parametrize("limits", [Limits(12, 5.2, 18.8), Limits(0.04, 0, 1), Limits(3, -2, 8.99)])
def test_what_is_chance_is_told_in_whole_numbers(limits: Limits) -> None:
    lowest, highest = (int(number) for number in captions.usual(limits).split(" to "))
    assert lowest >= limits.lower and highest <= limits.upper
    assert (lowest == 0 or lowest - 1 < limits.lower) and highest + 1 > limits.upper


@given(run_charts)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_run_chart_is_about_the_picture_is_sound(chart: RunChart) -> None:
    _sound(chart)


@given(paretos)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_categories_are_called_the_picture_is_sound(chart: Pareto) -> None:
    _sound(chart)


def _sound(chart: Chart) -> None:
    for dark in (False, True):
        root = ET.fromstring(drawing.svg(chart, dark))  # noqa: S314 - our own
        assert {node.tag.rpartition("}")[2] for node in root.iter()} <= {
            "svg", "g", "defs", "style", "path", "text", "use", "clipPath", "rect"
        }  # fmt: skip
        assert root.get("aria-label") == captions.alt(chart)


def test_hostile_names_stay_words() -> None:
    chart = replace(HISTORIES["surge"]["arrivals"], about=f"$x^2$ {HOSTILE}")  # type: ignore[type-var]
    drawn = drawing.svg(chart)
    assert "<script" not in drawn and "$x^2$" in drawn


def test_no_id_is_there_twice_on_a_page_of_several() -> None:
    drawn = [ET.fromstring(drawing.svg(chart)) for chart in HISTORIES["surge"].values()]  # noqa: S314 - our own
    named = [{node.get("id"): ET.tostring(node) for node in root.iter() if node.get("id")} for root in drawn]
    for one in named:
        for other in named:
            assert all(other[name] == shape for name, shape in one.items() if name in other)


def test_nothing_that_draws_is_loaded_before_the_first_chart() -> None:
    told = "import sys, bot.drawing, bot.running, bot.web.digest; print('matplotlib' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_weeks_are_named_by_the_readers_clock() -> None:
    assert ZONE == "Europe/London"
    run = HISTORIES["quiet"]["arrivals"]
    assert isinstance(run, RunChart) and captions.day(run.days[-1]) == "23 Nov"
