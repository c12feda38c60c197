"""What would have happened under a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from complaints.organisation import Organisation
from complaints.ticket import Clock


@dataclass(frozen=True, slots=True)
class Item:
    """A nudge in a message: about which ticket, and about which run of which clock, such as `resolve.1`."""

    ticket: int
    run: str
    escalates: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message with nudges that would have been sent to a person."""

    at: datetime
    to: str
    items: tuple[Item, ...]
    day: date
    """The reader's local day."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A recorded move that made no sense there, and why."""

    ticket: int | None
    at: datetime
    move: str
    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a ticket's clock as it stood at `until`: at the end, or as the clock was started anew."""

    ticket: int
    clock: Clock
    until: datetime


@dataclass(slots=True)
class Outcome:
    """All of it, also from before the window; `stood_in` counts the moves that somebody else made there."""

    organisation: Organisation
    messages: list[Message] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    stood_in: int = 0
