"""What is more than chance in a series of counts: XmR and Poisson limits. Source: the nudging rules, section Digest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

LEAST_POINTS = 12
"""So many earlier points it takes before anything is said."""
MOST_POINTS = 26
"""Older points than these say little about what is usual today."""
RUN = 7
"""So many points in a row on one side of the mean are no chance."""
WEIGHT = 2.66
"""Mean ± 2.66 · mean moving range: three standard deviations of an XmR chart (Wheeler, Understanding Variation)."""
LOW = 5.0
"""Below this mean, counts are too low for XmR limits, and Poisson’s are taken."""
TAIL = 0.00135
"""The share beyond three standard deviations on one side."""
LEAST_SURGE = 3
"""Fewer than this in one block are never called a surge, however rare they are."""

Kind = Literal["above", "below", "run above", "run below"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is usual: the mean of the series, and from where to where chance alone takes it."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Deviation:
    """The last point of a series is no chance: how, its value, and what is usual."""

    kind: Kind
    value: int
    usual: Limits


def xmr(points: Sequence[float]) -> Limits | None:
    """Mean ± 2.66 · mean moving range, or None for fewer than 12 points; the lower limit may be below zero."""
    if len(points) < LEAST_POINTS:
        return None
    mean = math.fsum(points) / len(points)
    moving = math.fsum(abs(after - before) for before, after in pairwise(points)) / (len(points) - 1)
    return Limits(mean, mean - WEIGHT * moving, mean + WEIGHT * moving)


def poisson(mean: float) -> Limits:
    """The limits of counts with this mean: beyond each, chance alone takes them at most 0.135 % of the time.

    The mean is moderate (below 700); larger counts have XmR limits.
    """
    chance = cumulated = math.exp(-mean)
    count, lower = 0, 0
    while 1 - cumulated > TAIL:
        count += 1
        chance *= mean / count
        if cumulated <= TAIL:
            lower = count
        cumulated += chance
    return Limits(mean, float(lower), float(count))


def deviation(points: Sequence[int]) -> Deviation | None:
    """What is unusual about the last point, judged by those before it; None where nothing is, or too few are known.

    The point itself is left out of its limits, so that a surge does not widen them. Runs are looked at where counts
    are not low: with a mean of 0.3 seven empty weeks are nothing.
    """
    if len(points) <= LEAST_POINTS:
        return None
    earlier, last = points[-1 - MOST_POINTS : -1], points[-1]
    usual = limits_of(earlier)
    if last > usual.upper and last >= LEAST_SURGE:
        return Deviation("above", last, usual)
    if last < usual.lower:
        return Deviation("below", last, usual)
    run = points[-RUN:]
    if usual.mean >= LOW and all(point > usual.mean for point in run):
        return Deviation("run above", last, usual)
    if usual.mean >= LOW and all(point < usual.mean for point in run):
        return Deviation("run below", last, usual)
    return None


def limits_of(earlier: Sequence[int]) -> Limits:
    """What is usual after these points, at least one: XmR limits, or Poisson’s where counts are low or few."""
    mean = math.fsum(earlier) / len(earlier)
    limits = xmr(earlier) if mean >= LOW else None
    if limits is not None:
        return limits
    # Half a complaint more: that none has come so far does not mean that none ever does.
    return Limits(mean, *_bounds(poisson((math.fsum(earlier) + 0.5) / len(earlier))))


def _bounds(limits: Limits) -> tuple[float, float]:
    return limits.lower, limits.upper
