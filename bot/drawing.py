"""Charts as pictures: SVG for pages, PNG to look at. The same chart is always the same bytes.

matplotlib is imported when the first chart is drawn: a bot that draws none neither waits for it nor holds it in memory.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, assert_never

from bot.captions import alt, day, legend, one_line, title
from complaints.charts import Ageing, Attainment, Chart, Flow, Pareto, RunChart
from complaints.figures import AGES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["alt", "png", "svg"]

WIDTH, HEIGHT = 600, 300
"""In pixels; a chart is made to be read at this size."""
_DPI = 72
"""So that a point is a pixel."""
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_MOST_TICKS = 7
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 104, 62, 28
"""The margins around what is plotted, in pixels."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """The colours of a drawing: told apart by the colour-blind (Okabe and Ito), and by shape besides."""

    paper: str
    text: str
    faint: str
    rule: str
    band: str
    main: str
    other: str
    mark: str


_LIGHT = _Ink("#ffffff", "#1c2126", "#5b6570", "#d5dae0", "#e8f1f8", "#0065a3", "#8a939c", "#b84a00")
_DARK = _Ink("#14181c", "#eceff2", "#a3adb7", "#3a424a", "#1d2f3d", "#6fbcf0", "#8a939c", "#f5a04a")


def svg(chart: Chart, dark: bool = False) -> str:
    """The chart as an SVG element on a transparent ground, with its title and its alternative text."""
    buffer = io.StringIO()
    _saved(_figure(chart, _DARK if dark else _LIGHT), buffer, format="svg", metadata={"Date": None}, transparent=True)
    drawn = buffer.getvalue()
    drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    drawn = drawn.replace("'DejaVu Sans'", _FONTS)
    used = set(re.findall(r"#([\w.]+)", drawn))
    # Several are shown on one page, where each id may be there once.
    drawn = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", drawn)
    head = f'<svg role="img" aria-label="{escape(alt(chart))}" xmlns="http://www.w3.org/2000/svg"'
    sizes = f' xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
    return f'{head}{sizes} height="{HEIGHT}">{drawn.partition(">")[2]}'


def png(chart: Chart, dark: bool = False) -> bytes:
    """The chart as a PNG of 600 × 300 pixels."""
    ink, buffer = _DARK if dark else _LIGHT, io.BytesIO()
    _saved(_figure(chart, ink), buffer, format="png", metadata={"Software": None}, facecolor=ink.paper)
    return buffer.getvalue()


def _saved(figure: Figure, into: io.StringIO | io.BytesIO, **how: Any) -> None:
    with warnings.catch_warnings():
        # A name may have letters that the measuring font lacks; the reader's own font has them.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        figure.savefig(into, dpi=_DPI, **how)


@cache
def _plotting() -> type[Figure]:
    """matplotlib, set up once: letters stay letters, nothing depends on chance, and no window is ever opened."""
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "golddust", "font.family": "DejaVu Sans", "font.size": 12,
        "text.parse_math": False, "axes.unicode_minus": False,
    })  # fmt: skip
    return Figure


def _figure(chart: Chart, ink: _Ink) -> Figure:
    figure = _plotting()(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI)
    figure.text(12 / WIDTH, 1 - 22 / HEIGHT, title(chart), color=ink.text, fontsize=15, fontweight="bold")
    figure.text(12 / WIDTH, 1 - 42 / HEIGHT, legend(chart), color=ink.faint, fontsize=11.5)
    match chart:
        case RunChart():
            _run_chart(_axes(figure, ink, right=140), chart, ink)
        case Pareto():
            _pareto(_axes(figure, ink, left=176), chart, ink)
        case Ageing():
            _ageing(_axes(figure, ink, left=12, right=12), chart, ink)
        case Flow():
            _flow(_axes(figure, ink), chart, ink)
        case Attainment():
            _attainment(_axes(figure, ink), chart, ink)
        case _:
            assert_never(chart)
    return figure


def _axes(figure: Figure, ink: _Ink, left: int = _LEFT, right: int = _RIGHT) -> Axes:
    """What is plotted on: no frame but its ground line, and rules as faint as they can be seen."""
    width, height = WIDTH - left - right, HEIGHT - _TOP - _BOTTOM
    axes = figure.add_axes((left / WIDTH, _BOTTOM / HEIGHT, width / WIDTH, height / HEIGHT), facecolor="none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(ink.rule)
    axes.tick_params(colors=ink.faint, length=0, labelsize=11)
    axes.set_axisbelow(True)
    return axes


def _run_chart(axes: Axes, chart: RunChart, ink: _Ink) -> None:
    counts, places = chart.counts, range(len(chart.counts))
    _weeks(axes, chart.days)
    _upwards(axes, max([*counts, chart.limits.upper if chart.limits else 0, 1]), ink)
    if not counts:
        return
    notes = []
    if chart.limits is not None:
        upper, lower = chart.limits.upper, max(0.0, chart.limits.lower)
        axes.axhspan(lower, upper, color=ink.band, linewidth=0)
        axes.axhline(chart.limits.mean, color=ink.faint, linewidth=1, dashes=(4, 3))
        notes += [(upper, f"upper limit {upper:.1f}", ink.faint), (chart.limits.mean, _mean(chart), ink.faint)]
        notes += [(lower, f"lower limit {lower:.1f}", ink.faint)] if lower else []
    axes.plot(places, counts, color=ink.main, linewidth=2, marker="o", markersize=4)
    marked = [place for place in chart.unusual if place != places[-1]]
    odd = [*marked, *([places[-1]] if places[-1] in chart.unusual else [])]
    axes.plot(odd, [counts[place] for place in odd], "D", color=ink.mark, markersize=8)
    last = ink.mark if places[-1] in chart.unusual else ink.main
    said = "more than chance" if places[-1] in chart.unusual else "in the last week"
    _beside(axes, [(float(counts[-1]), f"{counts[-1]:,} {said}", last), *notes], places[-1])
    for place in _tops(marked, counts):
        axes.annotate(f"{counts[place]:,}", (place, counts[place]), (0, 8), textcoords="offset points", ha="center",
                      color=ink.mark, fontsize=11)  # fmt: skip


def _mean(chart: RunChart) -> str:
    return f"usual {chart.limits.mean:.1f}" if chart.limits else ""


def _tops(places: list[int], counts: tuple[int, ...]) -> list[int]:
    """Of marked places side by side the highest alone, so that numbers do not run into each other."""
    tops: list[int] = []
    for place in places:
        if tops and place - tops[-1] <= 2:
            tops[-1] = max(tops[-1], place, key=lambda one: counts[one])
        else:
            tops.append(place)
    return tops


def _pareto(axes: Axes, chart: Pareto, ink: _Ink) -> None:
    bars = [*chart.bars, *([chart.others] if chart.others else [])]
    shares = [*chart.cumulative, *([1.0] if chart.others else [])]
    names = [one_line(bar.name, 24) for bar in chart.bars] + ([f"{chart.kinds} others"] if chart.others else [])
    places = range(len(bars))
    colours = [ink.main] * len(chart.bars) + [ink.other]
    axes.barh(places, [bar.count for bar in bars], height=0.66, color=colours[: len(bars)])
    axes.set_ylim(max(len(bars), 4) - 0.4, -0.6)
    axes.set_xlim(0, max([bar.count for bar in bars], default=1) * 1.02)
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", labelcolor=ink.text, pad=6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for place, bar, share in zip(places, bars, shares, strict=True):
        axes.annotate(f"{bar.count:,}", (bar.count, place), (5, 0), textcoords="offset points", va="center",
                      color=ink.text, fontsize=11)  # fmt: skip
        axes.annotate(f"{100 * share:.0f} %", (1, place), (_RIGHT - 12, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", ha="right", color=ink.faint, fontsize=11)  # fmt: skip
    if bars:
        axes.annotate("up to here", (1, 1), (_RIGHT - 12, 1), xycoords="axes fraction", textcoords="offset points",
                      va="bottom", ha="right", color=ink.faint, fontsize=11)  # fmt: skip


def _ageing(axes: Axes, chart: Ageing, ink: _Ink) -> None:
    places = range(len(AGES))
    old = [place >= len(AGES) - 2 and chart.counts[place] > 0 for place in places]
    axes.bar(places, chart.counts, width=0.7, color=[ink.mark if one else ink.main for one in old])
    axes.set_xticks(places, [f"{band} days" for band in AGES])
    axes.set_ylim(0, max([*chart.counts, 1]) * 1.15)
    axes.set_yticks([])
    for place, count in zip(places, chart.counts, strict=True):
        axes.annotate(f"{count:,}", (place, count), (0, 4), textcoords="offset points", ha="center",
                      color=ink.text if count else ink.faint, fontsize=12)  # fmt: skip


def _flow(axes: Axes, chart: Flow, ink: _Ink) -> None:
    places = range(len(chart.days))
    _weeks(axes, chart.days)
    _upwards(axes, max([*chart.arrived, *chart.closed, *chart.backlog, 1]), ink)
    if not chart.days:
        return
    axes.fill_between(places, chart.backlog, color=ink.band, linewidth=0)
    axes.plot(places, chart.backlog, color=ink.text, linewidth=2.5)
    axes.plot(places, chart.arrived, color=ink.mark, linewidth=1.5, marker="^", markersize=4)
    axes.plot(places, chart.closed, color=ink.main, linewidth=1.5, marker="o", markersize=3.5)
    _beside(axes, [
        (float(chart.backlog[-1]), f"{chart.backlog[-1]:,} open", ink.text),
        (float(chart.arrived[-1]), f"▲ {chart.arrived[-1]:,} came", ink.mark),
        (float(chart.closed[-1]), f"● {chart.closed[-1]:,} closed", ink.main),
    ], places[-1])  # fmt: skip


def _attainment(axes: Axes, chart: Attainment, ink: _Ink) -> None:
    shares = [float("nan") if one.share is None else 100 * one.share for one in chart.weeks]
    _weeks(axes, chart.days)
    axes.set_ylim(-4, 108)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])
    axes.grid(axis="y", color=ink.rule, linewidth=0.8)
    axes.plot(range(len(shares)), shares, color=ink.main, linewidth=2, marker="o", markersize=4)
    last = chart.weeks[-1] if chart.weeks else None
    if last is not None and last.share is not None:
        said = f"{last.met:,} of {last.met + last.missed:,} met"
        _beside(axes, [(100 * last.share, said, ink.main)], len(shares) - 1)


def _weeks(axes: Axes, days: tuple[Any, ...]) -> None:
    """Some weeks by the day on which they begin, the last among them."""
    step = max(1, -(-len(days) // _MOST_TICKS))
    places = range(len(days) - 1, -1, -step)
    axes.set_xticks(list(places), [day(days[place]) for place in places])
    axes.set_xlim(-0.5, max(len(days), 2) - 0.7)


def _upwards(axes: Axes, highest: float, ink: _Ink) -> None:
    """A scale of whole numbers from nothing to a little above the highest."""
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(0, highest * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(axis="y", color=ink.rule, linewidth=0.8)


def _beside(axes: Axes, notes: list[tuple[float, str, str]], place: int) -> None:
    """Labels to the right of the last week, each at its height, moved apart where they would cover each other."""
    lowest, highest = axes.get_ylim()
    line = (highest - lowest) * 14 / (HEIGHT - _TOP - _BOTTOM)
    heights = _apart([height for height, _, _ in notes], line, highest)
    for height, (_, said, colour) in zip(heights, notes, strict=True):
        axes.annotate(said, (place, height), (9, 0), textcoords="offset points", va="center", color=colour,
                      fontsize=11, annotation_clip=False)  # fmt: skip


def _apart(heights: list[float], line: float, highest: float) -> list[float]:
    """The heights, at least a line apart, in the same order, as near to where they belong as that allows."""
    order = sorted(range(len(heights)), key=lambda one: heights[one])
    moved = list(heights)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + line)
    ceiling = highest
    for place in reversed(order):
        moved[place] = min(moved[place], ceiling)
        ceiling = moved[place] - line
    return moved
