"""How much of a person's day nudges may take: one bundle, and a few urgent messages (rule 5 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.notices import Nudge


@dataclass(frozen=True, slots=True)
class Spent:
    """What of one person's day is used up: `urgent` messages, and whether the bundle of the day has gone."""

    urgent: int = 0
    bundled: bool = False


@dataclass(frozen=True, slots=True)
class Allotment:
    """What goes out to one reader now, and what does not: `over` is urgent beyond the budget, `held` is not urgent."""

    urgent: tuple[Nudge, ...] = ()
    bundle: tuple[Nudge, ...] = ()
    over: tuple[Nudge, ...] = ()
    held: tuple[Nudge, ...] = ()


def allot(
    nudges: Sequence[Nudge], spent: Spent, urgent_a_day: int, *, bundle_open: bool, leaving: bool = False
) -> Allotment:
    """What one reader's day still has room for.

    Urgent nudges that come due together share a message. They join the bundle where it goes out now anyway, or where
    the urgent ones are used up; `bundle_open` says that the time of the day's bundle has come, `leaving` that one is
    about to go out.
    """
    urgent = tuple(nudge for nudge in nudges if nudge.urgent)
    calm = tuple(nudge for nudge in nudges if not nudge.urgent)
    room = spent.urgent < urgent_a_day
    if bundle_open and not spent.bundled and (calm or leaving or not room):
        return Allotment(bundle=tuple(nudges))
    if urgent and room:
        return Allotment(urgent=urgent, held=calm)
    return Allotment(over=urgent, held=calm)


def at_risk(nudge: Nudge) -> tuple[bool, object, int]:
    """The place of a nudge in a bundle: first what runs out first."""
    return (not nudge.urgent, nudge.due_at, nudge.ticket)
