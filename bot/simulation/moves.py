"""What people did about a ticket, to be done again under another file.

What Golddust did by itself (it reminded, asked for help, counted a broken promise) is left out: it is what is
simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from bot.simulation.given import COMMANDS, first, given
from complaints import commands
from complaints.lifecycle import GOLDDUST, Event
from complaints.organisation import Organisation
from complaints.rights import Action, refusal
from complaints.severity import Severity
from complaints.ticket import Ticket

Side = Literal["owner", "reporter", "other"]

_ACTIONS: Final[Mapping[str, Action]] = {
    "acknowledged": "acknowledge", "resolved": "resolve", "blocked": "block", "unblocked": "unblock",
    "handed back": "hand back", "promised": "promise", "closed": "dismiss", "told": "tell", "reopened": "reopen",
    "withdrawn": "withdraw", "edited": "edit", "severity": "correct severity", "comment": "comment",
}  # fmt: skip
_OF_REPORTER: Final = frozenset({"tell", "reopen", "withdraw", "edit", "correct severity", "comment"})


@dataclass(frozen=True, slots=True)
class Move:
    """Something that somebody did: the command they gave then, and in which capacity."""

    at: datetime
    ticket: int | None
    kind: str
    command: commands.Command
    action: Action | None = None
    side: Side = "other"


def moves_of(ticket: Ticket, events: Sequence[Event], organisation: Organisation, version: str) -> Iterator[Move]:
    """What people did about one ticket; `organisation` and its `version` are today's, under which it is on record."""
    then, last = _at_first(ticket, events), events[0].at
    captured = next((event for event in events if event.kind in {"captured", "imported"}), None)
    if captured is None:
        return
    names = {ticket.reporter, captured.actor}
    for event in events:
        last = max(last, event.at)
        if event is captured:
            command = first(then, event, events, organisation, version)
            yield Move(last, ticket.number, event.kind, command, side="reporter")
        elif event.kind in COMMANDS and event.actor != GOLDDUST:
            action = _ACTIONS[event.kind]
            command = given(then, event, last)
            side = _side(organisation, then, event.actor, action, names)
            yield Move(last, ticket.number, event.kind, command, action, side)
        if event.data.get("team"):
            then = replace(then, team=str(event.data["team"]), owner=str(event.data.get("owner") or "") or None)


def _at_first(ticket: Ticket, events: Sequence[Event]) -> Ticket:
    """The ticket as it was captured, as far as that is on record: what was corrected later is as it was before."""
    corrected = next((event.data for event in events if event.kind == "severity"), None)
    severity = Severity(str(corrected["from"])) if corrected else ticket.severity
    renamed = any(event.kind == "edited" and event.data.get("customer") for event in events)
    return replace(ticket, severity=severity, customer=None if renamed else ticket.customer)


def _side(organisation: Organisation, then: Ticket, actor: str, action: Action, names: set[str]) -> Side:
    if actor in names and action in _OF_REPORTER:
        return "reporter"
    return "owner" if refusal(organisation, then, actor, "resolve") is None else "other"
