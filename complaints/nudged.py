"""What came of each nudge, read from the timelines of the tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.calendars import Calendar, between, same_time_after
from complaints.holdout import may_be_withheld
from complaints.lifecycle import Event
from complaints.steps import StepKey, key_of
from complaints.survival import Wait
from complaints.ticket import Clock

NUDGES = frozenset({"reminded", "escalated", "withheld"})
NO_ACTION = frozenset({"useful"})
"""What a person does that is no answer to what the ticket needs."""

Way = Literal["reminded", "escalated"]


@dataclass(frozen=True, slots=True)
class Case:
    """What has to be known of a ticket to judge its nudges; `events` in their order, `calendar` its team's."""

    ticket: int
    critical: bool
    clocks: tuple[Clock, ...]
    closed_at: datetime | None
    calendar: Calendar
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Nudged:
    """One nudge that was sent or `withheld`, and what followed.

    `waited` is the working time until one of those who had been asked did something. `in_time` says whether that was
    within a working day, `breached` whether its clock was missed in the end; both are None while that is not known.
    """

    ticket: int
    to: str
    at: datetime
    key: StepKey
    way: Way
    withheld: bool
    eligible: bool
    """Whether it is one that a trial may withhold."""
    waited: Wait
    in_time: bool | None
    useful: bool | None
    """What its reader said, if they said anything: the latest vote."""
    breached: bool | None


def nudges_of(case: Case, now: datetime) -> Iterator[Nudged]:
    """The nudges of one ticket, first to last, each once; those that could not be delivered are left out."""
    last = {(e.data.get("step"), e.data.get("to")): n for n, e in enumerate(case.events) if e.kind in NUDGES}
    unreached = {(e.data.get("step"), e.data.get("to")) for e in case.events if e.kind == "not reached"}
    for number, event in enumerate(case.events):
        place = (event.data.get("step"), event.data.get("to"))
        key = key_of(str(place[0]))
        # A step that stands there twice was dropped before it was sent, and judged anew.
        if event.kind in NUDGES and key is not None and last[place] == number and place not in unreached:
            yield _nudged(case, number, key, now)


def _nudged(case: Case, number: int, key: StepKey, now: datetime) -> Nudged:
    event = case.events[number]
    step, to = str(event.data["step"]), str(event.data.get("to", ""))
    acted = _answer(case.events[number + 1 :], _asked(case.events[: number + 1], key, to))
    return Nudged(
        ticket=case.ticket, to=to, at=event.at, key=key, way="escalated" if key.escalates else "reminded",
        withheld=event.kind == "withheld", eligible=may_be_withheld(case.critical, step),
        waited=_waited(case, event.at, acted, now), in_time=_in_time(case.calendar, event.at, acted, now),
        useful=_vote(case.events, step, to), breached=_breached(case.clocks, key, now),
    )  # fmt: skip


def _asked(before: Sequence[Event], key: StepKey, to: str) -> set[str]:
    """Whose move answers a nudge: its reader's; for an escalation also that of those who were asked before."""
    if not key.escalates:
        return {to}
    return {to, *(str(event.data.get("to", "")) for event in before if event.kind in NUDGES)}


def _answer(following: Sequence[Event], asked: set[str]) -> datetime | None:
    return next((e.at for e in following if e.actor in asked and e.kind not in NO_ACTION), None)


def _waited(case: Case, at: datetime, acted: datetime | None, now: datetime) -> Wait:
    # Once somebody else has closed it there is nothing left to wait for.
    end = acted or max(at, min(now, case.closed_at or now))
    return Wait(between(case.calendar, at, end), acted is not None)


def _in_time(calendar: Calendar, at: datetime, acted: datetime | None, now: datetime) -> bool | None:
    until = same_time_after(calendar, at, 1)
    if acted is not None and acted <= until:
        return True
    return False if now >= until else None


def _vote(events: Sequence[Event], step: str, to: str) -> bool | None:
    mine = (e for e in events if (e.kind, e.actor, e.data.get("step")) == ("useful", to, step))
    latest = None
    for event in mine:
        latest = event.data.get("vote") == "yes"
    return latest


def _breached(clocks: Sequence[Clock], key: StepKey, now: datetime) -> bool | None:
    clock = next((clock for clock in clocks if (clock.name, clock.run) == (key.clock, key.run)), None)
    if clock is None or clock.optional:
        return None
    state = clock.state(now)
    return None if state in {"running", "paused"} else state != "met"
