"""The ticket: what is owed for a complaint, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Literal

from complaints.severity import Severity


class State(StrEnum):
    """Where a ticket is on its way; `reopened` is an event that leads back to acknowledged."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    BLOCKED = "blocked"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Kind(StrEnum):
    """What is owed: to a customer, for many complaints at once, or against a cause."""

    COMPLAINT = "complaint"
    PROBLEM = "problem"
    ACTION = "action"


class CloseReason(StrEnum):
    """Why a ticket is closed."""

    TOLD = "told"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    NOT_A_COMPLAINT = "not a complaint"
    IMPORTED = "imported"
    DONE = "done"
    """What nobody has to be told of: a problem that is resolved, an action that is done."""


@dataclass(frozen=True, slots=True)
class Source:
    """The message in which a complaint was said; `message` is the platform's own id of it."""

    platform: str
    workspace: str
    conversation: str
    message: str
    permalink: str | None = None
    private: bool = False
    """True for a conversation between one person and Golddust."""
    thread: str | None = None
    """The message that the thread hangs under, for a complaint that is itself a reply."""

    @property
    def key(self) -> str:
        """The text by which the same message is recognised again."""
        return f"{self.platform}:{self.workspace}:{self.conversation}:{self.message}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along; it stays on the platform, Golddust keeps its name and address."""

    name: str
    address: str
    media_type: str = ""


Duty = Literal["receipt", "early", "answer"]
"""What a regulator asks for: an acknowledgement to the customer, an early answer, the final answer."""

ClockName = Literal["acknowledge", "resolve", "tell", "unblock", "promise", "receipt", "early", "answer"]

Milestone = Literal["acknowledged", "resolved", "told"]


@dataclass(frozen=True, slots=True)
class Regulation:
    """The rule from outside that a clock keeps, as it was when the clock started: its profile's key and its name."""

    rule: str
    name: str
    stops: Milestone
    optional: bool = False
    """True for a chance that may pass, such as a summary resolution: then it is missed, but nothing is late."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One running, paused or stopped clock of a ticket.

    `length` is how long it runs, `due_at` the moment it runs out as things stand, `left` what remained when it was
    paused. `run` counts its restarts, so that the steps of a new run are not taken for those of the last. `pauses` are
    the stretches in which it stood still, in order; the last one has no end while it still does.
    """

    name: ClockName
    started_at: datetime
    due_at: datetime
    length: timedelta
    left: timedelta | None = None
    stopped_at: datetime | None = None
    run: int = 1
    calendar: bool = False
    """True for a clock that counts every hour, not only working ones."""
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    regulation: Regulation | None = None
    """The rule that a regulatory clock keeps; such a clock never pauses and is never moved."""

    @property
    def rule(self) -> str:
        """The key of the profile that a regulatory clock comes from; empty for the organisation's own clocks."""
        return self.regulation.rule if self.regulation else ""

    @property
    def optional(self) -> bool:
        """Whether it is a chance that may pass, not a duty."""
        return self.regulation is not None and self.regulation.optional

    @property
    def paused(self) -> bool:
        """Whether the clock stands still until the ticket is unblocked or the promise is due."""
        return self.left is not None

    @property
    def running(self) -> bool:
        """Whether the clock counts at present."""
        return self.stopped_at is None and self.left is None

    def state(self, now: datetime) -> Literal["running", "overdue", "paused", "met", "missed"]:
        """The state of the clock as of `now`."""
        if self.stopped_at is not None:
            return "met" if self.stopped_at <= self.due_at else "missed"
        if self.paused:
            return "paused"
        late: Literal["overdue", "missed"] = "missed" if self.optional else "overdue"
        return late if now > self.due_at else "running"


@dataclass(frozen=True, slots=True)
class Blocked:
    """By whom or what a ticket is blocked: a team's or person's key, a ticket's number, or anything else in words."""

    by: Literal["team", "person", "ticket", "other"]
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """The date that the owner gave."""

    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was done, why it happened, and the words to tell the customer."""

    done: str
    root_cause: str = ""
    tell: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A nudging step that was taken: its key, when, and whom it reached."""

    step: str
    at: datetime
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is owed for one complaint. `verbatim` never changes; `words` is the latest version, when it was edited."""

    number: int
    kind: Kind = Kind.COMPLAINT
    parent: int | None = None
    """Of a complaint the problem that it is part of; of an action the ticket whose cause it is taken against."""
    state: State = State.NEW
    severity: Severity
    category: str | None = None
    team: str
    owner: str | None = None
    holder: str
    reporter: str
    customer: str | None = None
    verbatim: str
    words: str | None = None
    attachments: tuple[Attachment, ...] = ()
    source: Source
    captured_at: datetime
    received_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    told_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    close_reason: CloseReason | None = None
    close_note: str = ""
    duplicate_of: int | None = None
    clocks: tuple[Clock, ...] = ()
    blocked: Blocked | None = None
    promise: Promise | None = None
    broken_promises: int = 0
    resolution: Resolution | None = None
    bounces: int = 0
    taken: tuple[Taken, ...] = ()
    acted_at: datetime | None = None
    """When the one who holds it last did something about it, since it came to them."""
    next_nudge_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    policy_version: str = ""
    erased_at: datetime | None = None
    """When its words, names and files were erased; dates and figures stay."""
    version: int = 0

    @property
    def ref(self) -> str:
        """The name that people use for the ticket, such as C-42."""
        return f"C-{self.number}"

    @property
    def joined(self) -> bool:
        """Whether it waits in a problem, whose holder holds it too."""
        blocked = self.blocked
        return self.kind is Kind.COMPLAINT and blocked is not None and blocked == Blocked("ticket", str(self.parent))

    @property
    def open(self) -> bool:
        """Whether something is still owed."""
        return self.state is not State.CLOSED

    def clock(self, name: ClockName) -> Clock | None:
        """The clock of this name, or None if it has never started."""
        for clock in self.clocks:
            if clock.name == name:
                return clock
        return None

    def looked_at(self, taken: tuple[Taken, ...], next_nudge_at: datetime | None) -> Ticket:
        """The ticket with these steps taken and its next look then: what `replace` would give, in half the time."""
        values = dict(zip(_NAMES, _VALUES_OF(self), strict=True))
        values["taken"], values["next_nudge_at"] = taken, next_nudge_at
        return Ticket(**values)


_NAMES = tuple(field.name for field in fields(Ticket))
_VALUES_OF = attrgetter(*_NAMES)


def number_of(ref: str) -> int | None:
    """The ticket number in a reference such as `C-42`, `c42` or `42`, or None."""
    digits = ref.strip().upper().removeprefix("C").removeprefix("-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
