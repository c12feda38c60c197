"""The register: what somebody may see of the tickets, what they ask for, and one line of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from complaints import scopes
from complaints.organisation import Organisation
from complaints.rights import is_former, is_listed, refusal
from complaints.severity import Severity
from complaints.ticket import CloseReason, Kind, State, Ticket

Column = Literal[
    "number", "state", "kind", "severity", "category", "team", "owner", "holder", "customer", "captured", "due"
]
"""What a list can be sorted by: the number, and what a line shows."""

OPEN: Final = "open"
ALL: Final = "all"
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Sight:
    """Which tickets a person may see: everything, those of some teams, and those that they have to do with.

    `strays` are the tickets of teams that the file lists no longer, which triage cares for; `listed` are those that it
    lists. `blocking` are the teams for which it is this person's move where they block a ticket. Of an account that
    the file does not list `reported` is true: it sees what it reported, and nothing else.
    """

    everything: bool = False
    teams: tuple[str, ...] = ()
    strays: bool = False
    listed: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    person: str = ""
    reported: bool = False

    @property
    def nothing(self) -> bool:
        """Whether this person may see no ticket at all."""
        return not (self.everything or self.person)


def sight(organisation: Organisation, person: str) -> Sight:
    """What a person may see: as in chat, and the teams whose figures they may read; admins see everything."""
    if not person or is_former(organisation, person):
        return Sight()
    if not is_listed(organisation, person):
        return Sight(person=person, reported=True)
    if organisation.is_admin(person):
        return Sight(everything=True, person=person)
    theirs = organisation.teams_of(person)
    teams = tuple(dict.fromkeys((*scopes.readable(organisation, person), *theirs)))
    return Sight(
        teams=teams, strays=organisation.triage in theirs, listed=tuple(organisation.teams), blocking=theirs,
        person=person,
    )  # fmt: skip


def may_see(organisation: Organisation, ticket: Ticket, person: str) -> bool:
    """Whether a person may see one ticket: as in chat, or because they may read its team's figures."""
    if refusal(organisation, ticket, person, "read") is None:
        return True
    return is_listed(organisation, person) and ticket.team in scopes.readable(organisation, person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks the register for; the view that their address names.

    `state` is one state, `open` (all but closed) or `all`. `teams` are those that it may be of (none: any).
    `touchpoint` is the key of the function that it was reported for. `owner` is a person's key, or `nobody`. `ends` are
    days within which the first of a ticket's clocks runs out that has not run out yet. `captured_from` is the first
    moment, `captured_before` the one that is past the last. Each of `words` is searched for, the last as a beginning.
    """

    words: str = ""
    state: str = OPEN
    overdue: bool = False
    kind: Kind | None = None
    teams: tuple[str, ...] = ()
    touchpoint: str | None = None
    owner: str | None = None
    category: str | None = None
    severity: Severity | None = None
    customer: str | None = None
    captured_from: datetime | None = None
    captured_before: datetime | None = None
    ends: int | None = None
    mine: bool = False
    sort: Column = "number"
    descending: bool = True
    page: int = 1


class Line(NamedTuple):
    """A ticket in a list: keys instead of names, and when the first of its clocks runs out."""

    number: int
    kind: Kind
    parent: int | None
    state: State
    severity: Severity
    category: str | None
    team: str
    owner: str | None
    holder: str
    reporter: str
    customer: str | None
    verbatim: str
    words: str | None
    received_at: datetime
    captured_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    told_at: datetime | None
    closed_at: datetime | None
    close_reason: CloseReason | None
    due_at: datetime | None

    @property
    def ref(self) -> str:
        """The name that people use for the ticket, such as C-42."""
        return f"C-{self.number}"

    @property
    def said(self) -> str:
        """The customer's words in their latest version."""
        return self.words or self.verbatim

    def overdue(self, at: datetime) -> bool:
        """Whether the first of its clocks has run out."""
        return self.due_at is not None and self.due_at < at
