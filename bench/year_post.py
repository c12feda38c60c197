"""The channel of the simulated year: it reaches everybody, counts what they get, and lets them read it."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bench.year_people import People
from bot.clock import VirtualClock
from complaints.severity import Severity
from complaints.views import TicketView
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt

NUDGES = frozenset({"reminder", "escalation", "foretold"})


@dataclass
class Post:
    """Counts messages, by person and local day where they nudge."""

    clock: VirtualClock
    people: People
    platform: str = "pigeon"
    pace: float = 0.0
    together: int | None = None
    messages: Counter[str] = field(default_factory=Counter)
    nudged: Counter[tuple[str, date]] = field(default_factory=Counter)
    """Messages with nudges, by person and local day."""
    items: Counter[tuple[str, date]] = field(default_factory=Counter)
    """Nudges, by person and local day; one message can hold many."""
    steps: Counter[str] = field(default_factory=Counter)
    at_night: list[str] = field(default_factory=list)
    critical_at_night: int = 0
    warned: dict[tuple[int, str], datetime] = field(default_factory=dict)
    """When the first nudge about a run of a ticket's clock went out."""
    critical: set[int] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def address(self, reader: Reader) -> str | None:
        """Where the reader is."""
        return reader.audience

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """No conversation is paced."""
        return None

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Deliver it."""
        notice: Any = dispatch.notice
        self.messages[notice.kind] += 1
        nudges = getattr(notice, "items", ()) or ([notice] if notice.kind in NUDGES else [])
        if dispatch.ticket is not None:
            self._read(dispatch.ticket, nudged=bool(nudges))
        if nudges and dispatch.reader.person:
            self._count(dispatch.reader.person, list(nudges))
        for nudge in nudges if dispatch.ticket is None else ():
            self.people.nudged(nudge.ticket, self.clock.now())
        return dispatch.editable or Receipt(self.platform, address, str(next(self._numbers)))

    def _read(self, ticket: TicketView, *, nudged: bool) -> None:
        if ticket.severity is Severity.CRITICAL:
            self.critical.add(ticket.number)
        self.people.reads(ticket, self.clock.now(), nudged=nudged)

    def _count(self, person: str, nudges: list[Any]) -> None:
        now, presence = self.clock.now(), self.people.presence
        day = now.astimezone(presence.organisation.zone_of(person)).date()
        self.nudged[person, day] += 1
        self.items[person, day] += len(nudges)
        for nudge in nudges:
            self.steps[f"{nudge.kind} {':'.join(nudge.step.split(':')[1:2])}"] += 1
            self.warned.setdefault((nudge.ticket, nudge.step.partition(":")[0]), now)
        if not presence.at_work(person, now):
            if all(nudge.ticket in self.critical for nudge in nudges):
                self.critical_at_night += 1
            else:
                self.at_night.append(f"{now} {person} {[nudge.step for nudge in nudges]}")
