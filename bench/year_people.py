"""How the people of the simulated year behave: they read at work, act after a while, and sooner on a day of a nudge."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from complaints import commands
from complaints.calendars import shift
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.ticket import Blocked, State
from complaints.views import TicketView

DAY: Final = timedelta(hours=8)
WORK: Final = {State.NEW: timedelta(hours=1.2), State.BLOCKED: 0.7 * DAY, State.RESOLVED: timedelta(hours=3)}
"""The median working time until the holder of a ticket in this state acts; fixing depends on the category."""
SPREAD: Final = 1.1
"""The standard deviation of the logarithm of these times."""
HELPED: Final = 0.4
"""The chance that a nudge lets its reader act the same day."""


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """When somebody means to act on a ticket; it is void once the ticket has moved on, or the plan has."""

    at: datetime
    turn: int
    number: int = field(compare=False)
    state: State = field(compare=False)


class People:
    """Everybody's plans, made as messages arrive."""

    def __init__(self, organisation: Organisation, seed: int) -> None:
        self.presence = Presence(organisation)
        self._chance = random.Random(f"people {seed}")  # noqa: S311 - a simulation
        self._tickets: dict[int, TicketView] = {}
        self._plans: dict[int, Plan] = {}
        self._queue: list[Plan] = []
        self._turns = itertools.count()
        self._pace: dict[str | None, timedelta] = {}

    def reads(self, ticket: TicketView, at: datetime, *, nudged: bool) -> None:
        """A message about a ticket has arrived: whoever's move it is plans it, or after a nudge perhaps sooner."""
        self.knows(ticket)
        if ticket.close_reason is not None:
            return
        plan = self._plans.get(ticket.number)
        if plan is None or plan.state is not ticket.state:
            self._means_to(ticket, self._when(ticket, at, self._time(ticket)))
        elif nudged and self._chance.random() < HELPED:
            soon = self._when(ticket, at, timedelta(minutes=self._chance.randint(5, 240)))
            if soon < plan.at:
                self._means_to(ticket, soon)

    def nudged(self, number: int, at: datetime) -> None:
        """A message with several nudges has arrived, one of them about this ticket."""
        if number in self._tickets:
            self.reads(self._tickets[number], at, nudged=True)

    def knows(self, ticket: TicketView) -> None:
        """The ticket as it is now."""
        known = self._tickets.get(ticket.number)
        if known is None or ticket.version >= known.version:
            self._tickets[ticket.number] = ticket

    def next_at(self) -> datetime | None:
        """When somebody acts next."""
        return self._queue[0].at if self._queue else None

    def acts(self, now: datetime) -> Iterator[commands.OnTicket]:
        """What people do by `now`."""
        while self._queue and self._queue[0].at <= now:
            plan = heapq.heappop(self._queue)
            ticket = self._tickets[plan.number]
            if self._plans.get(plan.number) is not plan or ticket.state is not plan.state:
                continue
            del self._plans[plan.number]
            if not self.presence.at_work(ticket.holder_key, now):
                self._means_to(ticket, self._when(ticket, now, timedelta(minutes=30)))
                continue
            yield self._act(ticket, now)

    def _means_to(self, ticket: TicketView, at: datetime) -> None:
        plan = Plan(at, next(self._turns), ticket.number, ticket.state)
        self._plans[ticket.number] = plan
        heapq.heappush(self._queue, plan)

    def _when(self, ticket: TicketView, at: datetime, worked: timedelta) -> datetime:
        """The moment after so much of the holder's working time, days off not counted."""
        organisation, holder = self.presence.organisation, ticket.holder_key
        then = shift(organisation.calendar_of(holder), at, max(worked, timedelta(minutes=1)))
        back = self.presence.away_until(holder, then)
        return self.presence.reachable_from(holder, back) if back else then

    def _time(self, ticket: TicketView) -> timedelta:
        promised = ticket.promised_until
        if promised is not None:
            return max(promised - ticket.captured_at, DAY) * self._chance.choice((0.1, 0.2, 0.3))
        median = WORK.get(ticket.state) or self._median(ticket.category)
        return median * self._chance.lognormvariate(0, SPREAD)

    def _median(self, category: str | None) -> timedelta:
        if category not in self._pace:
            self._pace[category] = DAY * self._chance.uniform(0.3, 1.5)
        return self._pace[category]

    def _act(self, ticket: TicketView, now: datetime) -> commands.OnTicket:
        said: dict[str, Any] = {"at": now, "actor": ticket.holder_key, "number": ticket.number}
        luck = self._chance.random()
        match ticket.state:
            case State.NEW:
                return commands.HandBack(**said, **self._whom(ticket)) if luck < 0.05 else commands.Acknowledge(**said)
            case State.BLOCKED:
                return commands.Unblock(**said)
            case State.RESOLVED:
                return commands.Reopen(**said, reason="still wrong") if luck < 0.04 else commands.ConfirmTold(**said)
            case _ if luck < 0.12 and ticket.blocked_by is None and ticket.promised_until is None:
                return commands.Block(**said, blocked=self._blocker(ticket))
            case _ if luck < 0.22 and ticket.promised_until is None:
                until = now + timedelta(days=self._chance.randint(2, 12))
                return commands.MakePromise(**said, until=until, reason="parts are on their way")
            case _:
                return commands.Resolve(**said, done="Put right", tell="It has been put right")

    def _whom(self, ticket: TicketView) -> dict[str, Any]:
        teams = [key for key, team in self.presence.organisation.teams.items() if team.owns and key != ticket.team_key]
        return {"to_team": self._chance.choice(teams)} if self._chance.random() < 0.7 else {}

    def _blocker(self, ticket: TicketView) -> Blocked:
        organisation = self.presence.organisation
        teams = [key for key, team in organisation.teams.items() if team.owns and key != ticket.team_key]
        mates = [one for one in organisation.teams[ticket.team_key].members if one != ticket.owner_key]
        return self._chance.choice((
            Blocked("team", self._chance.choice(teams)),
            Blocked("person", self._chance.choice(mates)),
            Blocked("other", "another bank"),
        ))  # fmt: skip
