"""What a digest says about its figures and its charts: the numbers that pictures show are always in words too."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta

from bot import captions
from bot.phrases import Ink
from complaints.figures import Figures, Took
from complaints.summary import Summary


def verdict(found: Figures, *, full: bool) -> Iterator[str]:
    """What became of the complaints, most important first; `full` with all percentiles of the times."""
    change = found.closing - found.opening
    course = "The backlog grows" if change > 0 else "The backlog shrinks" if change < 0 else "The backlog stands still"
    yield f"{course}: {flow(found)}; {found.overdue} overdue."
    yield from _kept(found)
    yield from _speed(found, full=full)
    yield from _quality(found)


def flow(found: Figures) -> str:
    """“7 received, 5 closed, 9 open (7 before)”."""
    back = f", {found.reopened} reopened" if found.reopened else ""
    return f"{found.received} received{back}, {found.closed} closed, {found.closing} open ({found.opening} before)"


def _kept(found: Figures) -> Iterator[str]:
    kept = found.attainment
    if kept.share is not None:
        yield f"{kept.met} of {counted(kept.met + kept.missed, 'clock')} met ({100 * kept.share:.0f} %)."


def _speed(found: Figures, *, full: bool) -> Iterator[str]:
    said = []
    if found.acknowledged.working.p50 is not None:
        said.append(f"Half were acknowledged within {span(found.acknowledged.working.p50)}")
    if found.resolved.working.p50 is not None:
        half, took = "half" if said else "Half", _took(found.resolved, full=full)
        said.append(f"{half} of the closed were resolved within {took}")
    if said:
        yield f"{', '.join(said)}."


def _took(took: Took, *, full: bool) -> str:
    """“6 h, 75 % in 9 h, 90 % in 12 h of working time (3 days on the calendar)”."""
    working, wall = took.working, took.calendar
    if not full:
        return f"{span(working.p50)} of working time"
    parts = [working.p50, working.p75, working.p90]
    labels = ("", "75 % in ", "90 % in ")
    said = ", ".join(f"{label}{span(part)}" for label, part in zip(labels, parts, strict=True))
    return f"{said} of working time ({span(wall.p50)} on the calendar)" if wall.p50 is not None else said


def _quality(found: Figures) -> Iterator[str]:
    said = []
    if found.returned:
        said.append(f"{found.returned} came back within 30 days of closing ({found.closed} closed)")
    if found.repeats:
        said.append(f"{found.repeats} of {found.received} from customers who had said it before")
    old = found.ages[-1] + found.ages[-2]
    if old:
        said.append(f"{old} open for more than 28 days")
    if said:
        sentence = "; ".join(said)
        yield f"{sentence}."


def look(summary: Summary, ink: Ink, kinds: int, text: int, *, usual: bool) -> Iterator[str]:
    """What the charts show: how many a week are `usual`, and which few `kinds` are the most frequent ones."""
    run, pareto = summary.run_chart, summary.pareto
    if usual and run is not None and run.limits is not None:
        yield f"{counted(run.counts[-1], 'complaint')} in 7 days; {captions.usual(run.limits)} a week are usual."
    if pareto is not None and kinds:
        said = [f"{ink.escape(words(bar.name, text, 40))} {bar.count:,}" for bar in pareto.bars[:kinds]]
        yield f"Most frequent of {pareto.total:,}: {', '.join(said)}."


def counted(count: int, noun: str) -> str:
    """“1 clock”, “2 clocks”."""
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"


def span(length: timedelta | None) -> str:
    """“40 min”, “6 h”, “3.5 days”; a day is 24 hours."""
    if length is None:
        return "–"
    minutes = round(length.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.1f}".removesuffix(".0") + " h"
    return f"{minutes / 1440:.1f}".removesuffix(".0") + " days"


def words(text: str, most: int, characters: int) -> str:
    """The first words of a text on one line, without what nobody sees, cut with “…”."""
    seen = "".join(char if unicodedata.category(char) not in _UNSEEN else " " for char in text).split()
    kept = " ".join(seen[:most])
    if len(kept) > characters:
        return kept[: characters - 1].rstrip() + "…"
    return f"{kept}…" if len(seen) > most else kept or "–"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that nobody sees, or that turn the line around."""
