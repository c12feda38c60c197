"""What a chart says, in words: a title of what one sees, a line about what it shows, and all of it for who sees none.

Plain text throughout; who writes it into markup escapes it.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import assert_never

from complaints.charts import Ageing, Attainment, Bar, Chart, Flow, Measure, Pareto, RunChart
from complaints.figures import AGES, Attained
from complaints.signals import Limits

NAME = 40
"""Characters of a category's or team's name that are shown."""
SHORT = 24
"""The same in a title."""
MEASURES: dict[Measure, str] = {"arrivals": "complaints", "repeats": "repeats", "reopenings": "reopenings"}
_RELATED = {"team": "for", "touchpoint": "reported by"}
_HARMLESS = str.maketrans({"<": "‹", ">": "›"})
_OLD = 2
"""So many of the last bands of age are longer than 28 days."""
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Categories of characters that nobody sees, or that turn the line around."""


def title(chart: Chart) -> str:
    """What one sees, in a few words."""
    match chart:
        case RunChart():
            return _run(chart)
        case Pareto():
            return _pareto(chart)
        case Ageing():
            return _ageing(chart)
        case Flow():
            return _flow(chart)
        case Attainment():
            return _attainment(chart)
        case _:
            assert_never(chart)


def legend(chart: Chart) -> str:
    """What is shown, of when."""
    match chart:
        case RunChart():
            return f"{what(chart).capitalize()} a week, {_weeks(chart.days)}"
        case Pareto():
            kinds = "category" if chart.by == "category" else "team"
            return f"{_counted(chart.total, 'complaint')} by {kinds}, {day(chart.since)} to {day(chart.until)}"
        case Ageing():
            return f"Open complaints by age in days, on {day(chart.on)}"
        case Flow():
            return f"Complaints a week, and how many are open at its end, {_weeks(chart.days)}"
        case Attainment():
            return f"Share of the clocks due in a week that were met, {_weeks(chart.days)}"
        case _:
            assert_never(chart)


def alt(chart: Chart) -> str:
    """The chart for who does not see it: what it says, with the numbers."""
    match chart:
        case RunChart():
            said = _alt_run(chart)
        case Pareto():
            said = _alt_pareto(chart)
        case Ageing():
            bands = ", ".join(f"{count:,} for {band}" for band, count in zip(AGES, chart.counts, strict=True))
            said = f"days open: {bands}" if chart.total else ""
        case Flow():
            said = _alt_flow(chart)
        case Attainment():
            said = _alt_attainment(chart)
        case _:
            assert_never(chart)
    return f"{title(chart)}. {legend(chart)}{f': {said}' if said else ''}."


def day(found: date) -> str:
    """“23 Nov”."""
    return f"{found.day} {found:%b}"


def one_line(text: str, limit: int = NAME) -> str:
    """A name on one line, without what nobody sees and what could be markup, cut with “…”."""
    text = text.translate(_HARMLESS)
    seen = " ".join("".join(" " if unicodedata.category(char) in _UNSEEN else char for char in text).split())
    return seen if len(seen) <= limit else f"{seen[: limit - 1].rstrip()}…"


def what(chart: RunChart) -> str:
    """“complaints about cards”, “complaints reported by Branches”."""
    return f"{MEASURES[chart.measure]}{_about(chart, NAME)}"


def usual(limits: Limits) -> str:
    """“4 to 20”: the whole numbers that are no news."""
    lowest = max(0, -int(-limits.lower // 1))
    return f"{lowest:,} to {int(limits.upper):,}"


def _run(chart: RunChart) -> str:
    if not chart.counts:
        return "Nothing is known yet"
    if chart.limits is None:
        return f"{what(chart).capitalize()} a week: too few weeks to say what is usual"
    about = _about(chart, SHORT)
    match chart.kind:
        case "above":
            return f"More {MEASURES[chart.measure]}{about} than usual"
        case "below":
            return f"Fewer {MEASURES[chart.measure]}{about} than usual"
        case "run above":
            return f"More {MEASURES[chart.measure]}{about} for weeks on end"
        case "run below":
            return f"Fewer {MEASURES[chart.measure]}{about} for weeks on end"
        case None:
            return f"As many {MEASURES[chart.measure]}{about} as usual"


def _about(chart: RunChart, most: int) -> str:
    name = one_line(chart.about, most)
    return f" {_RELATED.get(chart.of, 'about')} {name}" if name else ""


def _pareto(chart: Pareto) -> str:
    if not chart.total:
        return "No complaints"
    most = _vital(chart)
    names = " and ".join(one_line(bar.name, SHORT) for bar in most)
    return f"{names[:1].upper()}{names[1:]}: {sum(bar.count for bar in most):,} of {chart.total:,}"


def _vital(chart: Pareto) -> tuple[Bar, ...]:
    """The one or two bars that make up half of all together; the longest where more are needed."""
    few = sum(share < 0.5 for share in chart.cumulative) + 1
    return chart.bars[:few] if few <= 2 else chart.bars[:1]


def _ageing(chart: Ageing) -> str:
    old = sum(chart.counts[-_OLD:])
    if not chart.total:
        return "Nothing is open"
    return f"{f'{old:,}' if old else 'None'} of {chart.total:,} open for more than 28 days"


def _flow(chart: Flow) -> str:
    if not chart.days:
        return "Nothing is known yet"
    change = chart.backlog[-1] - chart.opening
    # Less than what comes in half a week is neither.
    hardly = abs(change) * 2 * len(chart.days) < sum(chart.arrived)
    course = "hardly moves" if hardly else "grows" if change > 0 else "shrinks" if change < 0 else "stands still"
    return f"The backlog {course}: {chart.opening:,} to {chart.backlog[-1]:,} open"


def _attainment(chart: Attainment) -> str:
    last = chart.weeks[-1] if chart.weeks else Attained()
    if last.share is None:
        return "No clock was due in the last week"
    return f"{100 * last.share:.0f} % of the clocks met in the last week"


def _alt_run(chart: RunChart) -> str:
    if not chart.counts:
        return ""
    parts = [f"{chart.counts[-1]:,} in the last week"]
    if chart.limits is not None:
        parts.append(f"{chart.limits.mean:.1f} a week is usual, and {usual(chart.limits)} is chance")
    others = [f"{chart.counts[place]:,} from {day(chart.days[place])}" for place in chart.unusual]
    if others:
        parts.append(f"weeks that are more than chance: {', '.join(others)}")
    return "; ".join(parts)


def _alt_pareto(chart: Pareto) -> str:
    bars = [f"{one_line(bar.name)} {bar.count:,}" for bar in chart.bars]
    if chart.others is not None:
        bars.append(f"{chart.kinds:,} others {chart.others.count:,}")
    return ", ".join(bars)


def _alt_flow(chart: Flow) -> str:
    if not chart.days:
        return ""
    came, went = sum(chart.arrived), sum(chart.closed)
    return (
        f"{came:,} came and {went:,} were closed; in the last week {chart.arrived[-1]:,} and {chart.closed[-1]:,}; "
        f"{chart.backlog[-1]:,} are open now, {max(chart.backlog):,} at most"
    )


def _alt_attainment(chart: Attainment) -> str:
    clocks = (f"{name} {kept.met:,} of {kept.met + kept.missed:,}" for name, kept in chart.clocks)
    return ", ".join(clocks)


def _weeks(days: tuple[date, ...]) -> str:
    return f"{_counted(len(days), 'week')} from {day(days[0])}" if days else "no week yet"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"
