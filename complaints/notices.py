"""What Golddust has to say to whom: the meaning of each message, not its looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from complaints.follow_ups import Found
from complaints.summary import Summary
from complaints.ticket import Attachment, ClockName

NewsKind = Literal["acknowledged", "promised", "promise lapsed", "resolved", "dismissed", "done"]

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
    masked: tuple[str, ...] = ()
    """The kinds of personal data that were masked in their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """To the reporter: what has happened, and (when resolved) the words to tell the customer."""

    kind: Literal["news"] = "news"
    ticket: int
    audience: str
    what: NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nudge:
    """What every nudge says: which step of which clock is reached, why you, what comes next and when.

    `due_since` is set when it is late, because Golddust was down or you were away; `missed` counts the earlier steps
    that were folded into it. `held_since` is set when it waited on purpose, so as not to interrupt; `urgent` ones do
    not wait for the reader's bundle of the day (rule 5). `folded` are the keys of further steps, of this clock and of
    others, that were taken by saying this one.
    """

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
    held_since: datetime | None = None
    urgent: bool = False
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(_Nudge):
    """To the holder: a clock's step is reached. Says what stops it too."""

    kind: Literal["reminder"] = "reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation(_Nudge):
    """To the next rung of the ladder: a clock ran out; `asked` names who has been asked already, in order."""

    kind: Literal["escalation"] = "escalation"
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold(_Nudge):
    """To the owner of a blocked ticket, once: by when the blocker must answer for the customer's date to be kept.

    `date` is the date the customer was given and `what` what sets it (“promised date”, or the name of a rule); `passed`
    says that the latest answer, `by`, is over already.
    """

    kind: Literal["foretold"] = "foretold"
    by: datetime
    waits_for: str
    date: datetime
    what: str
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """To one person: all the nudges of the day in one message, what runs out first on top (rule 5).

    An `urgent` one holds the few that could not wait for it, because they came due together.
    """

    kind: Literal["bundle"] = "bundle"
    audience: str
    items: tuple[Annotated[Reminder | Escalation | Foretold, Field(discriminator="kind")], ...]
    urgent: bool = False
    ticket: None = None


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
class Digest:
    """To a subscriber: the figures of a window, frozen at its end.

    `late` when it should have come earlier but Golddust was not running; `missed` counts the windows before it that
    are skipped for that reason.
    """

    kind: Literal["digest"] = "digest"
    audience: str
    summary: Summary
    late: bool = False
    missed: int = 0
    register: str = ""
    """The address of the page that has it all; empty where browsers do not reach us."""
    ticket: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeDid:
    """To a reporter, once: what was done about the cause of their complaint, in the action's own words."""

    kind: Literal["we did"] = "we did"
    ticket: int
    audience: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """To the owner of an action and their lead: whether its cause came back; `about` is the cause, or what is alike."""

    kind: Literal["looked back"] = "looked back"
    ticket: int
    audience: str
    about: str
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """To the lead of a team, at once: many alike in a short time. `alarm` is its key; what it says is read as it goes.

    Offers to join them under one problem, or to say that it is none. `again` brings the message up to date that the
    reader has got.
    """

    kind: Literal["surge"] = "surge"
    audience: str
    alarm: str
    again: bool = False
    ticket: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused:
    """To an admin: the changed file is broken and the last good one stays."""

    kind: Literal["configuration"] = "configuration"
    audience: str
    problems: str
    ticket: None = None


Learnt = WeDid | LookedBack
"""What was learnt from complaints."""

Notice = (
    Card | Captured | News | Reminder | Escalation | Foretold | Bundle | Remark | ConfigurationRefused | Digest | Learnt
    | Surge
)  # fmt: skip
Nudge = Reminder | Escalation | Foretold

NOTICES: TypeAdapter[Notice] = TypeAdapter(Annotated[Notice, Field(discriminator="kind")])
"""Turns notices into JSON and back."""


def person(key: str) -> str:
    """The audience of one person."""
    return f"person:{key}"


def team(key: str) -> str:
    """The audience of a team's channel."""
    return f"team:{key}"
