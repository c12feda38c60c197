"""Complaints as they come in a year: weekly rhythm, working hours, holidays, growth, days that differ, and surges."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import holidays

from complaints.surges import Arrival

ZONE = ZoneInfo("Europe/London")
RUN_IN_WEEKS: Final = 13
WEEKS: Final = RUN_IN_WEEKS + 52
GROWTH_A_WEEK: Final = 0.01
DAYS_DIFFER: Final = 0.25
"""The spread of how busy days are, beside the rhythm: the standard deviation of their factor."""
SAID_TWICE: Final = 0.05
"""The share of complaints of which another speaks within two hours: counts are never quite as even as Poisson's."""
TEAMS: Final = ("payments", "app", "lending", "branches")
TOUCHPOINTS: Final = ("support", "shop", "field")
_HOURS = dict.fromkeys(range(9, 17), 1.0) | {8: 0.4, 17: 0.6, 18: 0.3, 19: 0.15, 20: 0.1}
_DAYS = (1.25, 1.05, 1.0, 0.95, 0.9, 0.15, 0.05)
_FALLBACK = (31, 20, 12, 9, 7, 6, 4, 3, 3, 2, 1, 1)


class Injected(NamedTuple):
    """Something that goes wrong: so many times what is usual of a series, or so many alike, from then till then."""

    name: str
    start: datetime
    end: datetime
    times: float = 1.0
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A place: how many complaints come in an average week, and how they fall on teams and categories."""

    a_week: float
    mix: tuple[tuple[str, str, float], ...]
    """Team, category, share."""


def shape(a_week: float, data: Path | None) -> Shape:
    """The place with the categories of real complaints, where the data are at hand, else with much the same ones."""
    sizes = _issues(data) if data is not None and data.exists() else _FALLBACK
    whole = float(sum(sizes))
    mix = tuple((TEAMS[n % len(TEAMS)], f"issue {n + 1}", size / whole) for n, size in enumerate(sizes))
    return Shape(a_week, mix)


def first_monday() -> datetime:
    """When every year begins, its run-in included."""
    return datetime(2025, 1, 6, tzinfo=ZONE).astimezone(UTC)


def year(place: Shape, seed: int, injected: Injected | None = None) -> list[Arrival]:
    """A run-in and a year of complaints, oldest first."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    closed = holidays.country_holidays("GB", subdiv="ENG", years=(2025, 2026))
    found = [moment for day in range(WEEKS * 7) for moment in _day(place, day, closed, chance)]
    if injected is not None:
        found += _extra(place, injected, chance)
    found.sort()
    return [Arrival(number, *one) for number, one in enumerate(found, 1)]


def _issues(data: Path) -> tuple[int, ...]:
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        said = map(json.loads, lines)
        sizes = Counter((one["label"], one["sublabel"]) for one in said if one["sublabel"])
    return tuple(count for _, count in sizes.most_common(16))


Said = tuple[datetime, str, str, str]


def _day(place: Shape, day: int, closed: holidays.HolidayBase, chance: random.Random) -> Iterator[Said]:
    local = (first_monday().astimezone(ZONE) + timedelta(days=day)).date()
    busy = max(0.0, chance.gauss(1.0, DAYS_DIFFER)) * (1 + GROWTH_A_WEEK) ** (day / 7)
    busy *= 0.05 if local in closed else 1.0
    for hour in range(24):
        mean = place.a_week * busy * _share(local, hour)
        for _ in range(_poisson(mean, chance)):
            yield from _said(place, _moment(local, hour, chance), chance)


def _share(local: date, hour: int) -> float:
    return _DAYS[local.weekday()] / sum(_DAYS) * _HOURS.get(hour, 0.02) / sum(_HOURS.get(h, 0.02) for h in range(24))


def _moment(local: date, hour: int, chance: random.Random) -> datetime:
    at = datetime(local.year, local.month, local.day, hour, tzinfo=ZONE) + timedelta(seconds=chance.uniform(0, 3600))
    return at.astimezone(UTC)


def _said(place: Shape, at: datetime, chance: random.Random) -> Iterator[Said]:
    team, category, _ = chance.choices(place.mix, [share for *_, share in place.mix])[0]
    yield at, team, category, chance.choice(TOUCHPOINTS)
    if chance.random() < SAID_TWICE:
        yield at + timedelta(seconds=chance.uniform(0, 7200)), team, category, chance.choice(TOUCHPOINTS)


def _extra(place: Shape, injected: Injected, chance: random.Random) -> Iterator[Said]:
    team, category, share = next(one for one in place.mix if one[1] == injected.name)
    if injected.alike:
        for _ in range(injected.alike):
            at = injected.start + chance.random() * (injected.end - injected.start)
            yield at, team, category, chance.choice(TOUCHPOINTS)
        return
    since = injected.start
    while since < injected.end:
        local, weeks = since.astimezone(ZONE), (since - first_monday()) / timedelta(weeks=1)
        mean = place.a_week * share * (1 + GROWTH_A_WEEK) ** weeks * _share(local.date(), local.hour)
        for _ in range(_poisson(mean * (injected.times - 1), chance)):
            yield since + timedelta(seconds=chance.uniform(0, 3600)), team, category, chance.choice(TOUCHPOINTS)
        since += timedelta(hours=1)


def _poisson(mean: float, chance: random.Random) -> int:
    count, left = 0, chance.random()
    term = math.exp(-mean)
    while left > term and count < 1000:
        left -= term
        count += 1
        term *= mean / count
    return count
