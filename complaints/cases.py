"""What the figures are made of: one frozen row for each ticket, without anybody's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from complaints.ticket import ClockName, CloseReason

SET_ASIDE = frozenset({
    CloseReason.DUPLICATE.value, CloseReason.WITHDRAWN.value, CloseReason.NOT_A_COMPLAINT.value,
})  # fmt: skip
"""How tickets close that were no complaint of their own: nothing of them was met, missed or repeated."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: from `start` on, up to and without `end`."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in the window."""
        return moment is not None and self.start <= moment < self.end


class Reopening(NamedTuple):
    """A ticket was closed, and came back."""

    closed_at: datetime
    reopened_at: datetime


class Kept(NamedTuple):
    """A clock of a ticket, as far as it was kept or missed."""

    name: ClockName
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    paused: bool = False
    run: int = 1

    @property
    def running(self) -> bool:
        """Whether the clock counts at present."""
        return self.stopped_at is None and not self.paused


class Received(NamedTuple):
    """A complaint as the long series see it: when it was captured, what it is about, and whose it was."""

    number: int
    captured_at: datetime
    category: str | None
    team: str
    customer: str | None
    close_reason: str | None = None
    reporter: str = ""

    @property
    def issue(self) -> str:
        """What it is about, as far as the file tells: its category, else its team."""
        return self.category or self.team


# A named tuple is made in C: 100,000 of them take a tenth of the time that frozen dataclasses would.
class Case(NamedTuple):
    """A ticket as the figures see it.

    `closed_at` is its last closing; earlier ones are in `reopenings`. `clocks` are given for open tickets and those
    closed since the window began.
    """

    number: int
    team: str
    category: str | None
    severity: str
    customer: str | None
    captured_at: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    told_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    clocks: tuple[Kept, ...] = ()
    reopenings: tuple[Reopening, ...] = ()

    @property
    def set_aside(self) -> bool:
        """Whether it was no complaint of its own."""
        return self.close_reason in SET_ASIDE

    def open_at(self, moment: datetime) -> bool:
        """Whether something was owed just before a moment."""
        if self.captured_at >= moment:
            return False
        if any(one.closed_at < moment <= one.reopened_at for one in self.reopenings):
            return False
        return self.closed_at is None or self.closed_at >= moment
