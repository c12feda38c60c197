"""Shares of counts, and how sure one can be of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
"""So many standard errors on both sides hold 95 %."""
ENOUGH = 20
"""With fewer on either side a difference says nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares (0.12: 12 points more) with its 95 % interval."""

    points: float
    low: float
    high: float


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score (1927), without correction; raises ValueError for none."""
    if not 0 <= count <= of or of == 0:
        raise ValueError(f"found {count} of {of}; allowed is a part of at least one")
    share, square = count / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(count: int, of: int, other: int, other_of: int) -> Difference | None:
    """The first share less the second, by Newcombe's hybrid score (1998, method 10); None for too few to tell."""
    if min(of, other_of) < ENOUGH:
        return None
    return newcombe(count, of, other, other_of)


def newcombe(count: int, of: int, other: int, other_of: int) -> Difference:
    """The first share less the second with its 95 % interval, however few; raises ValueError for none."""
    first, second = count / of, other / other_of
    (low, high), (other_low, other_high) = wilson(count, of), wilson(other, other_of)
    points = first - second
    down = sqrt((first - low) ** 2 + (other_high - second) ** 2)
    up = sqrt((high - first) ** 2 + (second - other_low) ** 2)
    return Difference(points, points - down, points + up)
