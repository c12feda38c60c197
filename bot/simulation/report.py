"""Two outcomes side by side: in one sentence, as a table, and as stable JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulation.figures import MOMENT, Difference, Figures, Spread, Story
from bot.simulation.outcome import Outcome

Name = Callable[[str], str]
"""The name of a person."""

SHOWN = 10
"""Tickets that differ, and moves that made no sense, that are shown; --json has all such moves."""

_LINES = (
    "nudges", "messages that they came in", "people nudged a day (mean · max)",
    "messages to a person on such a day (median · p95 · max)", "escalations", "clocks that ran out",
    "of them warned of before",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One of the two files: its name, its version, what would have happened under it, and the figures of that."""

    name: str
    version: str
    outcome: Outcome
    figures: Figures


def verdict(today: Figures, other: Figures, name: str) -> str:
    """Such as “new.yml would have sent 38 % fewer messages and warned of 2 breaches fewer”."""
    sent = _messages(today.messages, other.messages)
    breaches = _more(other.breaches - today.breaches, "breach", "breaches")
    warned = _more(other.warned - today.warned, "breach", "breaches") or "as many breaches"
    late = f", of {breaches}" if breaches else ""
    return f"{name} would have sent {sent} and warned of {warned}{late}"


def rows(today: Figures, other: Figures) -> Iterator[tuple[str, str, str]]:
    """The lines of the table: what, under today's file, and under the other."""
    return zip(_LINES, _shown(today), _shown(other), strict=True)


def difference(one: Difference, name: Name) -> tuple[str, str, str, str]:
    """A line about a ticket: which, how often it is nudged about, when first, and who is nudged."""
    before, after = one.today.first, one.other.first
    if before is None or after is None:
        first = "now there is one" if before is None else "none any more"
    elif abs(after - before) < MOMENT:
        first = "the same"
    else:
        first = f"{_amount(abs(after - before))} {'earlier' if after < before else 'later'}"
    return f"C-{one.ticket}", f"{one.today.nudges} → {one.other.nudges}", first, _people(one, name)


def record(
    start: datetime, end: datetime, tickets: int, columns: Sequence[Column], differ: Sequence[Difference]
) -> Any:
    """The stable JSON object of `golddust simulate --json`."""
    today, other = columns
    return {
        "from": iso(start),
        "to": iso(end),
        "tickets": tickets,
        "verdict": verdict(today.figures, other.figures, other.name),
        "today": _column(today),
        "other": _column(other),
        "differ_in_all": len(differ),
        "differ": [
            {"ref": f"C-{one.ticket}", "today": _story(one.today), "other": _story(one.other)}
            for one in differ[:SHOWN]
        ],
    }  # fmt: skip


def iso(moment: datetime) -> str:
    """A moment as other programs read it."""
    return moment.isoformat().replace("+00:00", "Z")


def _messages(today: int, other: int) -> str:
    if today == other:
        return "as many messages"
    if not today:
        return f"{other:,} messages instead of none"
    share = round(100 * abs(other - today) / today)
    way = "fewer" if other < today else "more"
    return f"{share} % {way} messages" if share else _more(other - today, "message", "messages")


def _more(count: int, noun: str, several: str) -> str:
    if not count:
        return ""
    return f"{abs(count):,} {noun if abs(count) == 1 else several} {'more' if count > 0 else 'fewer'}"


def _shown(found: Figures) -> tuple[str, ...]:
    return (
        f"{found.nudges:,}", f"{found.messages:,}", f"{found.bothered:.1f} · {found.bothered_most}",
        _spread(found.a_day), f"{found.escalations:,}", f"{found.breaches:,}", f"{found.warned:,}",
    )  # fmt: skip


def _spread(spread: Spread) -> str:
    return f"{spread.median} · {spread.p95} · {spread.most}"


def _people(one: Difference, name: Name) -> str:
    before, after = dict(one.today.people), dict(one.other.people)
    gone = [name(person) for person in before if person not in after]
    come = [name(person) for person in after if person not in before]
    if not gone and not come:
        return f"still {_listed([name(person) for person in after])}"
    if gone and come:
        return f"{_listed(come)} instead of {_listed(gone)}"
    return f"also {_listed(come)}" if come else f"no longer {_listed(gone)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more


def _amount(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    days, hours = divmod(round(minutes / 60), 24)
    if minutes < 120:
        return f"{minutes} min"
    return f"{days} d {hours} h" if days else f"{hours} h"


def _column(column: Column) -> dict[str, Any]:
    found = column.figures
    return {
        "config": column.name,
        "version": column.version,
        "nudges": found.nudges,
        "messages": found.messages,
        "people_a_day": {"mean": round(found.bothered, 2), "max": found.bothered_most},
        "messages_a_person_and_day": {"median": found.a_day.median, "p95": found.a_day.p95, "max": found.a_day.most},
        "escalations": found.escalations,
        "breaches": found.breaches,
        "warned": found.warned,
        "made_by_others": column.outcome.stood_in,
        "made_no_sense": [
            {"ref": f"C-{one.ticket}" if one.ticket else None, "at": iso(one.at), "move": one.move, "why": one.why}
            for one in column.outcome.misfits
        ],
    }  # fmt: skip


def _story(story: Story) -> dict[str, Any]:
    people = [{"person": person, "nudges": count} for person, count in story.people]
    return {"nudges": story.nudges, "first_at": iso(story.first) if story.first else None, "people": people}
