"""Many alike in a short time: whether as many as came just now can be chance. Pure: counts and moments, no words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from complaints.alarms import About, Alarm
from complaints.organisation import Sensitivity, Signals

HOUR = timedelta(hours=1)
HOURS_OF_WEEK = 168
LOOKS_BACK = timedelta(weeks=8)
"""How far back what is usual is learnt; older weeks say little about a place that grows."""
LEAST_HISTORY = timedelta(weeks=4)
"""So long something must have been reported before anything is called unusual."""
SMOOTHING = 0.1
"""Each hour of the week counts as if it had this share of an average hour more: that none came so far is no law."""
BUSY = 1.5
"""Half as much again as usual is a busy day and no surge: days differ more than Poisson's law has them."""
UNSEEN = 0.5
"""Half a complaint more than were counted: that none has come so far does not mean that none ever does."""
TAILS: dict[Sensitivity, float] = {"low": 1e-5, "normal": 1e-4, "high": 1e-3}
"""How rare as many must be to be called a surge: the share of windows in which chance alone brings them."""
QUIET = timedelta(days=1)
"""A surge is over once it has not been one for so long."""


class Arrival(NamedTuple):
    """One complaint as it came: `touchpoint` is the function whose people reported it, where that is known."""

    number: int
    at: datetime
    team: str
    category: str
    touchpoint: str


class Series(NamedTuple):
    """What is alike: a team's of one category, one category over teams, or what one function reports."""

    about: About
    name: str
    team: str = ""

    @property
    def key(self) -> str:
        """The text by which it is recognised again."""
        return ":".join((self.about, self.name, self.team))


def series_of(arrival: Arrival) -> tuple[Series, ...]:
    """The series that a complaint belongs to, the closest first."""
    own = Series("category", arrival.category, arrival.team) if arrival.category else Series("team", arrival.team)
    over = (Series("category", arrival.category),) if arrival.category else ()
    at = (Series("touchpoint", arrival.touchpoint),) if arrival.touchpoint else ()
    return (own, *over, *at)


@dataclass(frozen=True)
class Usual:
    """What usually comes: the hours of the week in which, and how many of each series in so many weeks."""

    zone: ZoneInfo
    shares: tuple[float, ...]
    """The share of a week's complaints that comes in each hour of the week, from Monday at midnight, local time."""
    counts: Mapping[str, int]
    weeks: float

    @property
    def known(self) -> bool:
        """Whether there is enough of a past to call anything unusual."""
        return self.weeks >= LEAST_HISTORY / timedelta(weeks=1)

    def expected(self, series: Series, start: datetime, end: datetime) -> float:
        """How many of a series usually come between two moments, on average."""
        weekly = (self.counts.get(series.key, 0) + UNSEEN) / self.weeks
        return weekly * self._share(start, end)

    def _share(self, start: datetime, end: datetime) -> float:
        total, since = 0.0, start
        while since < end:
            following = min(end, since.replace(minute=0, second=0, microsecond=0) + HOUR)
            local = since.astimezone(self.zone)
            total += self.shares[local.weekday() * 24 + local.hour] * ((following - since) / HOUR)
            since = following
        return total


def learnt(arrivals: Iterable[Arrival], begun: datetime | None, end: datetime, zone: ZoneInfo) -> Usual:
    """What is usual as of `end`, from what came in the weeks before; `begun` is when the first complaint ever came."""
    since = max(begun or end, end - LOOKS_BACK)
    counts: Counter[str] = Counter()
    hours: Counter[int] = Counter()
    for arrival in arrivals:
        if since <= arrival.at < end:
            counts.update(series.key for series in series_of(arrival))
            local = arrival.at.astimezone(zone)
            hours[local.weekday() * 24 + local.hour] += 1
    average = max(1.0, hours.total() / HOURS_OF_WEEK)
    raw = [hours[hour] + SMOOTHING * average for hour in range(HOURS_OF_WEEK)]
    whole = math.fsum(raw)
    return Usual(zone, tuple(one / whole for one in raw), counts, (end - since) / timedelta(weeks=1))


def tail(mean: float, value: int) -> float:
    """The chance that as many as `value`, or more, come where `mean` are usual (Poisson)."""
    if value <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if mean > 500:  # where the sum below would lose its first terms, the normal curve is as good
        return 0.5 * math.erfc((value - 0.5 - mean) / math.sqrt(2 * mean))
    term = math.exp(value * math.log(mean) - mean - math.lgamma(value + 1))
    if value <= mean:
        below, chance = 0.0, math.exp(-mean)
        for count in range(value):
            below += chance
            chance *= mean / (count + 1)
        return max(0.0, 1.0 - below)
    total, count = 0.0, value
    while term > total * 1e-12 or total == 0.0:
        total += term
        count += 1
        term *= mean / count
        if term == 0.0:
            break
    return min(1.0, total)


def rarity(usual: float, value: int) -> float:
    """The chance of as many as `value` on a busy day."""
    return tail(BUSY * usual, value)


class Surge(NamedTuple):
    """So many alike as are no chance: their numbers, newest first, since when, how many are usual in the window."""

    series: Series
    arrivals: tuple[Arrival, ...]
    usual: float

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the tickets, newest first."""
        return tuple(arrival.number for arrival in self.arrivals)

    @property
    def team(self) -> str:
        """The team whose lead should look: the one that most of them are with."""
        return Counter(arrival.team for arrival in self.arrivals).most_common(1)[0][0]


def surges(
    arrivals: Sequence[Arrival], usual: Usual, rule: Signals, now: datetime, known: Collection[str] = ()
) -> list[Surge]:
    """The surges in what came in the window that ends now, each complaint in one of them at most.

    `known` are the keys of the series in which one is going on: what belongs to them is counted there first.
    """
    if not usual.known or not rule.watch:
        return []
    start = now - rule.window_length
    lately = sorted((one for one in arrivals if start < one.at <= now), key=lambda one: (one.at, one.number))
    found: list[Surge] = []
    covered: set[int] = set()
    for series, alike in _in_order(lately, known):
        left = [one for one in alike if one.number not in covered]
        expected = usual.expected(series, start, now)
        if len(left) >= rule.least and rarity(expected, len(left)) < TAILS[rule.sensitivity]:
            found.append(Surge(series, tuple(reversed(left)), expected))
            covered.update(one.number for one in left)
    return found


def _in_order(arrivals: Sequence[Arrival], known: Collection[str]) -> Iterator[tuple[Series, list[Arrival]]]:
    """The series with what came of each: those in which a surge is known first, then the closest and the largest."""
    by_series: dict[tuple[int, Series], list[Arrival]] = {}
    for arrival in arrivals:
        for place, series in enumerate(series_of(arrival)):
            by_series.setdefault((place, series), []).append(arrival)
    ordered = sorted(by_series.items(), key=lambda one: (one[0][1].key not in known, one[0][0], -len(one[1])))
    for (_, series), alike in ordered:
        yield series, alike


def alarm(surge: Surge) -> Alarm:
    """The alarm of a surge that has just been noticed."""
    first = min(surge.arrivals, key=lambda one: (one.at, one.number))
    return Alarm(
        key=f"surge:{surge.series.key}:{first.number}", measure="arrivals", about=surge.series.about,
        name=surge.series.name, team=surge.series.team or surge.team, shape="surge", value=len(surge.arrivals),
        usual=surge.usual, first_at=first.at, last_at=surge.arrivals[0].at, tickets=surge.numbers,
    )  # fmt: skip


def series_of_alarm(found: Alarm) -> str:
    """The key of the series that a surge is in."""
    return found.key.split(":", 1)[1].rsplit(":", 1)[0]


def is_over(found: Alarm, now: datetime) -> bool:
    """Whether a surge has ended: it has been quiet for a day."""
    return now.astimezone(UTC) - found.last_at > QUIET
