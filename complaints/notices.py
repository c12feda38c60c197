"""What Golddust has to say to whom: the meaning of each message, not its looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from complaints.ticket import Attachment, ClockName

NewsKind = Literal["acknowledged", "promised", "resolved", "dismissed"]

# An audience is written `person:KEY`, `team:KEY` (the team's channel), `thread:original` (under the complaint itself),
# `thread:card` (under the team's card) or `thread:owner` (under the owner's own); a channel turns it into an address.


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The ticket's card for a team's channel or for its owner: one message, edited in place as the ticket moves.

    `anew` asks for a fresh message, because an edit pings nobody and the reader has to act.
    """

    kind: Literal["card"] = "card"
    ticket: int
    audience: str
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """To the reporter: who has it and by when they look; offers Edit, Withdraw and the severity."""

    kind: Literal["captured"] = "captured"
    ticket: int
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """To the reporter: what has happened, and (when resolved) the words to tell the customer."""

    kind: Literal["news"] = "news"
    ticket: int
    audience: str
    what: NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """To the holder: a clock's step is reached. Says why you, what comes next and when, and what stops it.

    `due_since` is set when the reminder is late, because Golddust was down or you were away; `missed` counts the
    earlier steps that were folded into it.
    """

    kind: Literal["reminder"] = "reminder"
    ticket: int
    audience: str
    step: str
    clock: ClockName
    due_at: datetime
    because: str
    next_at: datetime | None = None
    next_what: str = ""
    due_since: datetime | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """To the next rung of the ladder: a clock ran out; `asked` names who has been asked already, in order."""

    kind: Literal["escalation"] = "escalation"
    ticket: int
    audience: str
    step: str
    clock: ClockName
    due_at: datetime
    because: str
    asked: tuple[str, ...] = ()
    next_at: datetime | None = None
    next_what: str = ""
    due_since: datetime | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Somebody's reply in one of the ticket's threads, carried over to the other thread."""

    kind: Literal["remark"] = "remark"
    ticket: int
    audience: str
    author: str
    words: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused:
    """To an admin: the changed file is broken and the last good one stays."""

    kind: Literal["configuration"] = "configuration"
    audience: str
    problems: str
    ticket: None = None


Notice = Card | Captured | News | Reminder | Escalation | Remark | ConfigurationRefused
Nudge = Reminder | Escalation

NOTICES: TypeAdapter[Notice] = TypeAdapter(Annotated[Notice, Field(discriminator="kind")])
"""Turns notices into JSON and back."""


def person(key: str) -> str:
    """The audience of one person."""
    return f"person:{key}"


def team(key: str) -> str:
    """The audience of a team's channel."""
    return f"team:{key}"
