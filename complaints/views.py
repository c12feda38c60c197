"""A ticket as a reader sees it: names instead of keys, and which buttons make sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.severity import Severity
from complaints.ticket import Attachment, ClockName, CloseReason, Kind, Source, State


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock: when it runs out, and how it stands as of the moment of the view.

    `rule` is the name of the rule that a regulatory clock keeps, such as FCA DISP; empty for the others.
    """

    name: ClockName
    due_at: datetime
    state: Literal["running", "overdue", "paused", "met", "missed"]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class KnockOnView:
    """By when whoever a ticket waits for must answer, so that the date that the customer was given can be kept."""

    waits_for: str
    by: datetime
    date: datetime
    what: str
    """“promised date”, or the name of the rule that sets it."""
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """Everything a channel needs to show a ticket; times are UTC, words are raw and must be escaped by the channel."""

    ref: str
    number: int
    version: int
    state: State
    severity: Severity
    category: str | None
    customer: str | None
    verbatim: str
    words: str | None
    attachments: tuple[Attachment, ...]
    source: Source
    team: str
    team_key: str
    owner: str | None
    owner_key: str | None
    pronoun: str
    """`she`, `he` or `they` for the owner, or `they` for a team."""
    holder: str
    holder_key: str
    reporter: str
    reporter_key: str
    captured_at: datetime
    acknowledged_by: str | None
    resolved_by: str | None
    blocked_by: str | None
    blocked_why: str
    promised_until: datetime | None
    promise_reason: str
    broken_promises: int
    done: str
    root_cause: str
    tell: str
    close_reason: CloseReason | None
    close_note: str
    duplicate_of: str | None
    bounces: int
    why: str
    """The last reason of the routing: why this team, why this owner."""
    clocks: tuple[ClockView, ...]
    usually: str = ""
    """How long such tickets usually take, while it is not resolved and enough is known to say so."""
    knock_on: KnockOnView | None = None
    """What its waiting does to the date that the customer was given, if they were given one."""
    kind: Kind = Kind.COMPLAINT
    parent: str | None = None
    """Of an action the ticket whose cause it is taken against, of a complaint its problem: such as C-42."""
    problem: str | None = None
    """Of a complaint the problem that it waits in, such as C-50."""
    parts: tuple[str, ...] = ()
    """Of a problem the complaints that are part of it."""
    suggested: str | None = None
    """The open problem that it looks like a part of, as its card offers it."""

    def clock(self, name: ClockName) -> ClockView | None:
        """The clock of this name, or None if it has never started."""
        return next((clock for clock in self.clocks if clock.name == name), None)

    @property
    def owner_or_team(self) -> str:
        """`Dana (Payments)`, or the team alone while nobody owns it."""
        return f"{self.owner} ({self.team})" if self.owner else self.team


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeView:
    """Many alike, for whoever is told of them: what they have in common, how many, since when, what is usual."""

    number: int
    """The ticket by which the buttons know it."""
    common: str
    """To follow the word “complaints”: “about payments”; may be empty."""
    count: int
    """Those that are the reader's to see, or the lead's whom the reader stands in for."""
    since: datetime
    usual: float
    window: str
    """In how long a time so many are usual: “4 hours”."""
    examples: tuple[TicketView, ...]
    """Up to three, newest first; never none."""
    why: str
    """Why this reader: “You lead Payments.”"""
    elsewhere: bool = False
    """Whether others of them are with teams whose figures are not the reader's."""
    problem: str | None = None
    """The problem that they were joined under meanwhile."""
    joined: int = 0
    """How many of them are part of it."""
    joined_by: str = ""
    """Who joined them; empty where nobody is known to have."""
    holder: str = ""
    """Whose move the problem is."""
    settled: bool = False
    """Whether somebody has said that it is no problem."""

    @property
    def over(self) -> bool:
        """Whether it has been answered."""
        return self.problem is not None or self.settled
