"""When the steps of a clock are due, as the policy of golddust.yml has them (rule 3 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from complaints import forecast
from complaints.calendars import Calendar, shift
from complaints.clocks import counting
from complaints.durations import Duration, after, parse_duration
from complaints.forecast import Forecast
from complaints.policies import Policy
from complaints.ticket import Clock

What = Literal["remind", "deputy", "lead", "manager", "foretell"]


class Due(NamedTuple):
    """One step of a clock: its name in the table (`80%`, `+1d`, `again-2`), what is done, when, and why so early."""

    step: str
    what: What
    at: datetime
    early: str = ""


def timetable(
    clock: Clock, policy: Policy, calendar: Calendar, taken: Collection[str], now: datetime, expected: Forecast | None
) -> Iterator[Due]:
    """The steps of a clock in the order of the policy, and after the last the reminder that comes again and again.

    `taken` are the keys of the steps that were taken: a share below one that was said already is not said any more,
    which a changed policy might ask for. Where such tickets take longer than is left, the first reminder comes earlier.
    A clock that is only a chance (an early answer that the rule rewards) ends with its time.
    """
    if clock.name == "promise":
        yield Due("100%", "remind", clock.due_at)  # from here on the clock to resolve runs again
        return
    said, optional = _highest_share(clock, taken), clock.optional
    first = True
    for step in policy.steps:
        usual = _moment(clock, step.at, calendar)
        if optional and usual > clock.due_at:
            continue
        passed = share(step.at)
        if step.remind and passed >= said:
            at, early = usual, ""
            if first and expected is not None and passed < 100:
                sooner = forecast.first_reminder_at(clock, calendar, expected, usual)
                if sooner is not None:
                    at, early = sooner, forecast.because(expected, calendar)
            first = False
            yield Due(step.at, "remind", at, early)
        if step.escalate:
            yield Due(step.at, step.escalate, usual)
    if not optional:
        yield _again(clock, policy, calendar, taken, now)


def _again(clock: Clock, policy: Policy, calendar: Calendar, taken: Collection[str], now: datetime) -> Due:
    """The next of the repeated reminders, or the latest that has come by `now`: missed ones collapse."""
    steps = policy.steps[-1:] if policy.rising else policy.steps
    last = max(_moment(clock, step.at, calendar) for step in steps)
    prefix = f"{clock.name}.{clock.run}:again-"
    given = {key.removeprefix(prefix).partition(":")[0] for key in taken if key.startswith(prefix)}
    number = 1 + max(map(int, given), default=0)
    for _ in range(number):
        last = after(last, policy.repeat, calendar)
    while (following := after(last, policy.repeat, calendar)) <= now:
        last, number = following, number + 1
    return Due(f"again-{number}", "remind", last)


def _moment(clock: Clock, at: str, calendar: Calendar) -> datetime:
    """When a step of the policy, such as `80%` or `+1d`, is due on this clock."""
    passed = share(at)
    if passed == 100:
        return clock.due_at
    if passed < 100:
        rest = clock.length * (100 - passed) / 100
        return shift(counting(clock, calendar), clock.due_at, -rest)
    return after(clock.due_at, _length(at[1:], clock.calendar), calendar)


@lru_cache(maxsize=256)
def _length(text: str, calendar: bool) -> Duration:
    length = parse_duration(text)
    return Duration(length.amount, length.unit, calendar)


@lru_cache(maxsize=256)
def share(step: str) -> int:
    """The share of the clock at which a step comes, in percent; what comes after its end counts as more than all."""
    return int(step[:-1]) if step.endswith("%") else 101


def _highest_share(clock: Clock, taken: Collection[str]) -> int:
    if not taken:
        return 0
    prefix = f"{clock.name}.{clock.run}:"
    steps = [key.removeprefix(prefix).partition(":")[0] for key in taken if key.startswith(prefix)]
    return max((share(step) for step in steps if step.endswith("%")), default=0)
