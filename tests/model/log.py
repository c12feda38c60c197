"""What a random history leaves behind: what was delivered, what was pressed, and the tickets as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from complaints.presence import Presence
from complaints.ticket import Clock, Ticket

NUDGES = frozenset({"reminder", "escalation", "foretold"})


@dataclass(frozen=True, slots=True)
class Item:
    """One nudge within a message, with its ticket as it was when the message went out."""

    nudge: Any
    ticket: Ticket

    @property
    def share(self) -> int:
        """The share of the clock at which the step stands, in percent; 100 for a step after it ran out."""
        step = self.nudge.step.split(":")[1]
        return int(step.removesuffix("%")) if step.endswith("%") else 100


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tickets as they stood from `at` on, and whether Golddust ran from then until the next one."""

    at: datetime
    tickets: dict[int, Ticket]
    presence: Presence
    up: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One message with nudges as it reached a person."""

    at: datetime
    to: str
    items: tuple[Item, ...]
    then: Snapshot
    """The tickets and people as they were."""

    @property
    def presence(self) -> Presence:
        """Who was here then."""
        return self.then.presence

    @property
    def day(self) -> date:
        """The reader's local day."""
        return self.at.astimezone(self.presence.organisation.zone_of(self.to)).date()

    def __str__(self) -> str:
        said = ", ".join(f"{item.ticket.ref} {item.nudge.kind} {item.nudge.step}" for item in self.items)
        return f"{self.to} hears: {said}"


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody who reported was told of a complaint."""

    at: datetime
    to: str
    number: int
    what: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did to a ticket."""

    at: datetime
    person: str
    number: int
    what: str
    since: int = 0
    """How many snapshots there were before it: those of the same moment that come later show what it did."""


@dataclass(slots=True)
class Log:
    """Everything that the invariants look at."""

    messages: list[Message] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    news: list[Heard] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """What went wrong inside: an error while judging, an orphan that had to be repaired, a tick that got nowhere."""

    def items(self) -> Iterator[tuple[Message, Item]]:
        """Every nudge with the message it came in."""
        return ((message, item) for message in self.messages for item in message.items)

    def stretches(self) -> Iterator[tuple[Snapshot, datetime]]:
        """Each snapshot and until when it held."""
        return ((one, two.at) for one, two in pairwise(self.snapshots))

    def clocks(self) -> Iterator[tuple[int, str, int]]:
        """Every run of every clock that there ever was: ticket, name, run."""
        seen = {
            (number, clock.name, clock.run): None
            for snapshot in self.snapshots
            for number, ticket in snapshot.tickets.items()
            for clock in ticket.clocks
        }
        return iter(seen)


def run_of(ticket: Ticket, name: str, run: int) -> Clock | None:
    """The run of a clock as a ticket has it, or None before it has begun and after it was started anew."""
    return next((clock for clock in ticket.clocks if (clock.name, clock.run) == (name, run)), None)
