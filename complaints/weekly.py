"""Weekly counts of what comes, by team, category and touchpoint, and what in them is more than chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from complaints.alarms import About, Alarm
from complaints.cases import Received
from complaints.figures import per_block
from complaints.signals import MOST_POINTS, deviation
from complaints.summary import Measure, Signal

WEEK = timedelta(weeks=1)
MOST_TICKETS = 50
Touchpoint = Callable[[str], str]
"""The function that a reporter belongs to; empty where that is not known."""


class Counted(NamedTuple):
    """One thing that counts: when, and of which complaint (None where that is too old to be known)."""

    at: datetime
    of: Received | None


class Noticed(NamedTuple):
    """A signal, and what was counted in the series that has it."""

    signal: Signal
    counted: tuple[Counted, ...]


def noticed(
    received: Sequence[Received], again: Sequence[Received], reopened: Iterable[tuple[int, datetime]], end: datetime,
    touchpoint: Touchpoint,
) -> list[Noticed]:  # fmt: skip
    """What is no chance in the last seven days, the most telling first.

    Of arrivals, repeats and reopenings: all of them, each category, each team and each touchpoint, where there are
    several. Fewer than usual is said of arrivals only.
    """
    if not received:
        return []
    weeks = min((end - min(one.captured_at for one in received)) // WEEK, MOST_POINTS + 1)
    known = {one.number: one for one in received}
    counted: dict[Measure, list[Counted]] = {
        "arrivals": [Counted(one.captured_at, one) for one in received],
        "repeats": [Counted(one.captured_at, one) for one in again],
        "reopenings": [Counted(at, known.get(number)) for number, at in reopened],
    }
    found = []
    for measure, everything in counted.items():
        for (about, name), mine in _series(everything, touchpoint).items():
            unusual = deviation(per_block((one.at for one in mine), end, WEEK, weeks))
            if unusual is not None and (measure == "arrivals" or about == "all" or "above" in unusual.kind):
                found.append(Noticed(Signal(measure, name, unusual, about), tuple(mine)))
    return sorted(found, key=lambda one: _telling(one.signal), reverse=True)


def alarms(found: Iterable[Noticed], end: datetime, earlier: Sequence[Alarm], otherwise: str) -> list[Alarm]:
    """The alarms of what was noticed in the week that ends now; what has gone on since `earlier` keeps its key.

    `otherwise` is the team whose lead looks where nothing tells whose it is.
    """
    begun = {one.key.rpartition(":")[0]: one for one in earlier if end - one.last_at <= WEEK}
    made = []
    for signal, counted in found:
        series = f"week:{signal.measure}:{signal.of}:{signal.about}:{signal.found.kind}"
        known, mine = begun.get(series), [one.of for one in counted if end - WEEK <= one.at < end]
        complaints = [one for one in mine if one is not None]
        made.append(
            Alarm(
                key=known.key if known else f"{series}:{_day(end)}", measure=signal.measure, about=signal.of,
                name=signal.about, team=_team(signal, complaints, otherwise), shape=signal.found.kind,
                value=signal.found.value, usual=signal.found.usual.mean,
                first_at=known.first_at if known else end - WEEK, last_at=end,
                tickets=tuple(sorted((one.number for one in complaints), reverse=True))[:MOST_TICKETS],
            )
        )  # fmt: skip
    return made


def _series(counted: Sequence[Counted], touchpoint: Touchpoint) -> dict[tuple[About, str], list[Counted]]:
    """What is counted in each series, those of teams and touchpoints only where there are several."""
    by: dict[About, dict[tuple[About, str], list[Counted]]] = {"category": {}, "team": {}, "touchpoint": {}}
    for one in counted:
        if one.of is None:
            continue
        names: dict[About, str] = {
            "category": one.of.category or "", "team": one.of.team,
            "touchpoint": touchpoint(one.of.reporter) if one.of.reporter else "",
        }  # fmt: skip
        for about, name in names.items():
            if name:
                by[about].setdefault((about, name), []).append(one)
    several = {**by["category"]}
    for about in ("team", "touchpoint"):
        several |= by[about] if len(by[about]) > 1 else {}
    return {("all", ""): list(counted), **dict(sorted(several.items()))}


def _telling(signal: Signal) -> tuple[bool, float]:
    """How much a signal says: a single week before a run, then how far it is from what is usual for its size."""
    found = signal.found
    return not found.kind.startswith("run"), abs(found.value - found.usual.mean) / max(found.usual.mean, 0.5) ** 0.5


def _team(signal: Signal, complaints: Sequence[Received], otherwise: str) -> str:
    if signal.of == "team":
        return signal.about
    teams = [one.team for one in complaints]
    return max(sorted(set(teams)), key=teams.count, default=otherwise)


def _day(end: datetime) -> date:
    return end.date()
