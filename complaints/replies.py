"""What a command is answered with, at once and only to the person who gave it."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.views import TicketView


@dataclass(frozen=True, slots=True)
class Captured:
    """A new ticket, or the one that the same message made before."""

    ticket: TicketView
    again: bool = False
    masked: tuple[str, ...] = ()
    """The kinds of personal data that were masked in what was said."""


@dataclass(frozen=True, slots=True)
class Done:
    """The ticket as it is now, and what happened in one sentence."""

    ticket: TicketView
    said: str


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that is about no ticket."""

    said: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was changed; `field` names the input that was wrong, where there is one."""

    reason: str
    field: str | None = None
    ticket: TicketView | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """The command concerned no ticket, or was a repetition."""


Reply = Captured | Done | Said | Refused | Nothing
