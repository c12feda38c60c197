"""Moving a virtual clock so that everything on the way happens at its own time."""

from __future__ import annotations

from datetime import datetime

from bot.app import Golddust, Ticked
from bot.clock import VirtualClock


async def travel(golddust: Golddust, clock: VirtualClock, to: datetime) -> Ticked:
    """Move the clock to `to`, stopping for a tick whenever something is due; what all the ticks did."""
    total = Ticked()
    while (due := golddust.next_due_at()) is not None and due <= to:
        clock.move_to(max(due, clock.now()))
        _add(total, await golddust.tick(clock.now()))
        if _stuck(golddust, clock.now()):
            break
    clock.move_to(max(to, clock.now()))
    _add(total, await golddust.tick(clock.now()))
    return total


def _stuck(golddust: Golddust, now: datetime) -> bool:
    """Whether something is still due after its tick, which must not hold the clock."""
    due = golddust.next_due_at()
    return due is not None and due <= now


def _add(total: Ticked, ticked: Ticked) -> None:
    total.judged += ticked.judged
    total.nudges += ticked.nudges
    total.repaired += ticked.repaired
    total.deliveries += ticked.deliveries
