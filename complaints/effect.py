"""Whether nudges help: what came of them, step by step, and beside those that were withheld on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.nudged import Nudged, Way
from complaints.proportions import Difference, difference
from complaints.steps import in_order
from complaints.survival import quantile


@dataclass(frozen=True, slots=True)
class Measures:
    """What came of some nudges.

    `judged` are those whose working day is over or that were acted on within it, `acted` those acted on within it.
    `median` is the working time until somebody who was asked acted, None while less than half are known to have.
    `decided` are those whose clock has ended or run out, `breached` those of them whose clock was missed.
    """

    count: int
    judged: int
    acted: int
    median: timedelta | None
    useful: int
    not_useful: int
    decided: int
    breached: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A trial: nudges that were withheld, those that could have been and were sent since it began.

    `more` is how much larger the share acted on within a working day was among those sent; None: too few to tell.
    """

    withheld: Measures
    sent: Measures
    more: Difference | None


@dataclass(frozen=True, slots=True)
class Row:
    """One step of one clock: its nudges that were sent, and what a trial says of it, where there is one."""

    clock: str
    at: str
    way: Way
    sent: Measures
    trial: Comparison | None


@dataclass(frozen=True, slots=True)
class Report:
    """Do nudges help? By step and in all, since a moment; `muted` people want no early reminders (None: not known)."""

    since: datetime
    until: datetime
    rows: tuple[Row, ...]
    sent: Measures
    trial: Comparison | None
    muted: int | None = None


def report(nudges: Iterable[Nudged], since: datetime, until: datetime, muted: int | None = None) -> Report:
    """What came of the nudges since a moment, by clock and step in the order in which steps are taken."""
    found = [nudge for nudge in nudges if since <= nudge.at <= until]
    begun = min((nudge.at for nudge in found if nudge.withheld), default=None)
    steps: dict[tuple[str, str, Way], list[Nudged]] = {}
    for nudge in found:
        steps.setdefault((nudge.key.clock, nudge.key.at, nudge.way), []).append(nudge)
    ordered = sorted(steps, key=lambda step: (in_order(step[0], step[1]), step[2] != "reminded"))
    rows = tuple(Row(*step, _sent(steps[step]), _trial(steps[step], begun)) for step in ordered)
    return Report(since, until, rows, _sent(found), _trial(found, begun), muted)


def measures(nudges: Sequence[Nudged]) -> Measures:
    """What came of these nudges."""
    judged = [nudge.in_time for nudge in nudges if nudge.in_time is not None]
    votes = [nudge.useful for nudge in nudges if nudge.useful is not None]
    decided = [nudge.breached for nudge in nudges if nudge.breached is not None]
    return Measures(
        count=len(nudges), judged=len(judged), acted=sum(judged), median=quantile((n.waited for n in nudges), 0.5),
        useful=sum(votes), not_useful=len(votes) - sum(votes), decided=len(decided), breached=sum(decided),
    )  # fmt: skip


def _sent(nudges: Sequence[Nudged]) -> Measures:
    return measures([nudge for nudge in nudges if not nudge.withheld])


def _trial(nudges: Sequence[Nudged], begun: datetime | None) -> Comparison | None:
    """The comparison, among what chance alone divided: eligible nudges since the first was withheld."""
    if begun is None:
        return None
    drawn = [nudge for nudge in nudges if nudge.eligible and nudge.at >= begun]
    if not any(nudge.withheld for nudge in drawn):
        return None
    withheld = measures([nudge for nudge in drawn if nudge.withheld])
    sent = measures([nudge for nudge in drawn if not nudge.withheld])
    return Comparison(withheld, sent, difference(sent.acted, sent.judged, withheld.acted, withheld.judged))
