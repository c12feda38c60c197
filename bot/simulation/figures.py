"""The figures of an outcome, and where two outcomes differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.simulation.outcome import Outcome, Run
from complaints.cases import Window

MOMENT = timedelta(minutes=1)
"""What is nearer together than this happens at the same time."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of some counts: the middle one, the one that 95 of 100 do not exceed, and the largest."""

    median: int
    p95: int
    most: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a window came to.

    `bothered` and `bothered_most` are people who got a nudge on a day: the mean over all days of the window, and the
    most. `a_day` is messages to a person on a day on which they got any. `warned` of the `breaches` had a nudge about
    the clock before it ran out.
    """

    nudges: int
    messages: int
    bothered: float
    bothered_most: int
    a_day: Spread
    escalations: int
    breaches: int
    warned: int


@dataclass(frozen=True, slots=True)
class Story:
    """How one ticket was nudged about: how often each person was, and when for the first time."""

    people: tuple[tuple[str, int], ...] = ()
    first: datetime | None = None

    @property
    def nudges(self) -> int:
        """How many nudges there were."""
        return sum(count for _, count in self.people)


@dataclass(frozen=True, slots=True)
class Difference:
    """A ticket that was nudged about differently."""

    ticket: int
    today: Story
    other: Story

    @property
    def size(self) -> tuple[int, timedelta]:
        """How much differs: nudges more or less for each person, then how far apart the first ones are."""
        ours, theirs = Counter(dict(self.today.people)), Counter(dict(self.other.people))
        apart = abs(self.other.first - self.today.first) if self.today.first and self.other.first else timedelta()
        return ((ours - theirs) + (theirs - ours)).total(), apart


def figures(outcome: Outcome, window: Window) -> Figures:
    """The figures of an outcome in a window."""
    sent = [message for message in outcome.messages if window.holds(message.at)]
    days = Counter((message.to, message.day) for message in sent)
    bothered = Counter(day for _, day in days)
    breaches = [run for run in outcome.runs if _ran_out(run, window)]
    warned = _first_warnings(outcome)
    items = [item for message in sent for item in message.items]
    return Figures(
        nudges=len(items), messages=len(sent),
        bothered=len(days) / _days(window, ZoneInfo(outcome.organisation.organisation.time_zone)),
        bothered_most=max(bothered.values(), default=0), a_day=_spread(sorted(days.values())),
        escalations=sum(item.escalates for item in items), breaches=len(breaches),
        warned=sum(warned.get(_key(run), window.end) < run.clock.due_at for run in breaches),
    )  # fmt: skip


def differences(today: Outcome, other: Outcome, window: Window) -> list[Difference]:
    """The tickets that were nudged about differently, those that differ most first."""
    ours, theirs = stories(today, window), stories(other, window)
    pairs = (Difference(n, ours.get(n, Story()), theirs.get(n, Story())) for n in ours.keys() | theirs.keys())
    found = [one for one in pairs if one.size >= (0, MOMENT)]
    return sorted(found, key=lambda one: (-one.size[0], -one.size[1], one.ticket))


def stories(outcome: Outcome, window: Window) -> dict[int, Story]:
    """How each ticket that was nudged about in a window was."""
    people: dict[int, Counter[str]] = defaultdict(Counter)
    first: dict[int, datetime] = {}
    for message in outcome.messages:
        if window.holds(message.at):
            for item in message.items:
                people[item.ticket][message.to] += 1
                first.setdefault(item.ticket, message.at)
    return {number: Story(tuple(counts.most_common()), first[number]) for number, counts in people.items()}


def _ran_out(run: Run, window: Window) -> bool:
    """Whether a clock ran out in the window: a promise is none of the organisation's, an optional chance may pass."""
    clock = run.clock
    if clock.name == "promise" or clock.optional or not window.holds(clock.due_at):
        return False
    return clock.state(run.until) in {"missed", "overdue"}


def _first_warnings(outcome: Outcome) -> dict[tuple[int, str], datetime]:
    first: dict[tuple[int, str], datetime] = {}
    for message in outcome.messages:
        for item in message.items:
            first.setdefault((item.ticket, item.run), message.at)
    return first


def _key(run: Run) -> tuple[int, str]:
    return run.ticket, f"{run.clock.name}.{run.clock.run}"


def _days(window: Window, zone: ZoneInfo) -> int:
    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    return (day(window.end - MOMENT / 60) - day(window.start)).days + 1


def _spread(counts: Sequence[int]) -> Spread:
    if not counts:
        return Spread(0, 0, 0)
    return Spread(*(counts[min(len(counts) - 1, int(len(counts) * share))] for share in (0.5, 0.95, 1)))
