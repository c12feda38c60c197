"""How long things last when some of them are not over yet (Kaplan and Meier 1958)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

_ROUNDING = 1e-9
"""What the product of many shares may be off by."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One stretch of waiting: how long it took, or (not over) how long it has lasted so far."""

    took: timedelta
    over: bool


def quantile(waits: Iterable[Wait], share: float) -> timedelta | None:
    """The shortest time within which this share of the waits is over, by the Kaplan-Meier estimate.

    One that is not over counts as still waiting at least so long, so that leaving it out does not make things look
    quicker than they are. Where all are over it is the nearest rank. None where fewer than this share are known to end.
    """
    ordered = sorted(waits, key=_took)
    waiting, lasting = len(ordered), 1.0
    for took, ending in groupby(ordered, key=_took):
        over = [wait.over for wait in ending]
        lasting *= 1 - sum(over) / waiting
        waiting -= len(over)
        if any(over) and lasting <= 1 - share + _ROUNDING:
            return took
    return None


def _took(wait: Wait) -> timedelta:
    return wait.took
