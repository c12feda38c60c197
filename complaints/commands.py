"""What a person, or the platform, wants to happen: one frozen value for each use case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from complaints.schedules import MORNING
from complaints.severity import Severity
from complaints.summary import Every
from complaints.ticket import Attachment, Blocked, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries: when (UTC), who (a person's key), and the platform's id of the event, if any."""

    at: datetime
    actor: str
    event: str | None = None
    once: str | None = None
    """What a repetition has in common with this, where the platform repeats under another id within a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureComplaint(Command):
    """Somebody said what a customer complained about."""

    words: str
    source: Source
    attachments: tuple[Attachment, ...] = ()
    channels: tuple[str, ...] = ()
    """The conversation's id and names, for the routing rules."""
    customer: str | None = None
    severity: Severity | None = None
    received_at: datetime | None = None
    """When the customer said it, where that is known to be earlier than `at`."""
    answered_at_once: bool = False
    """True when the platform's own answer tells the reporter, so that no notice is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTicket(Command):
    """A command about a ticket that exists."""

    number: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done against a cause.

    `who` is a person's key (None: whoever says so), `until` the last day, as its owner's wall calendar has it (None: in
    two weeks).
    """

    what: str
    who: str | None = None
    until: date | None = None


class Acknowledge(OnTicket):
    """The owner's side has seen it; whoever of the team acknowledges first owns it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(OnTicket):
    """It is fixed."""

    done: str
    root_cause: str = ""
    tell: str = ""
    action: Plan | None = None
    """What is to be done so that it does not happen again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction(OnTicket):
    """Something is to be done against the cause of this ticket."""

    action: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(OnTicket):
    """The owner can't go on until somebody or something else moves."""

    blocked: Blocked


class Unblock(OnTicket):
    """What blocked the ticket is out of the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack(OnTicket):
    """“Not mine”: to a person, to a team, or (neither) to triage."""

    to_person: str | None = None
    to_team: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss(OnTicket):
    """It is a duplicate of another ticket, or (without one) not a complaint."""

    duplicate_of: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise(OnTicket):
    """The owner gives a date."""

    until: datetime
    reason: str = ""


class ConfirmTold(OnTicket):
    """The customer has been told that it is fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(OnTicket):
    """It is not fixed after all."""

    reason: str = ""


class Withdraw(OnTicket):
    """The reporter takes the complaint back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditWords(OnTicket):
    """The reporter words it anew, or names the customer; the first words stay."""

    words: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectSeverity(OnTicket):
    """Somebody corrects the severity that was guessed."""

    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class RateNudge(OnTicket):
    """Somebody who was nudged says whether that was useful; an empty `step` means the latest they got about it."""

    useful: bool
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Command):
    """Complaints are joined under one problem: under the first of these tickets if it is one, else under a new one."""

    numbers: tuple[int, ...]
    words: str = ""
    """What a new problem is called."""


class JoinAlike(OnTicket):
    """The surge that this ticket was counted in is joined under one problem; or the ticket, under its open problem."""


class SettleSurge(OnTicket):
    """The surge that this ticket was counted in is no problem."""


class Leave(OnTicket):
    """The complaint is not part of its problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Command):
    """A reply in a thread that may belong to a ticket: under the complaint itself, or under one of Golddust's cards."""

    words: str
    place: Source
    """The reply itself."""
    thread: str
    """The platform's id of the message that the thread hangs under."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalEdited(Command):
    """The message in which a complaint was said has been edited on the platform."""

    source: Source
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalDeleted(Command):
    """The message in which a complaint was said has been deleted on the platform."""

    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class GoAway(Command):
    """Somebody is away until a moment; the deputy, or the one named, holds meanwhile. Without a moment they ask."""

    until: datetime | None
    deputy: str | None = None


class ComeBack(Command):
    """Somebody is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(Command):
    """Somebody wants a digest; `teams` as it was typed, empty for all that they may read. `at_time` such as 07:30."""

    every: Every = "weekly"
    teams: str = ""
    at_time: str = MORNING


class Unsubscribe(Command):
    """Somebody wants no digest any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPreference(Command):
    """Somebody changes their own settings: `bundle_at` and `platform` as typed, None for what stays as it is."""

    bundle_at: str | None = None
    platform: str | None = None
    early: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowAccount(Command):
    """The edge has learnt who an account on a platform is; `actor` is the person's key."""

    platform: str
    user: str
    name: str
    zone: str | None = None
    email: str | None = None
