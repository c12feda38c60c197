"""The commands behind the events of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from complaints import commands
from complaints.conditions import Facts
from complaints.lifecycle import Event, Said
from complaints.organisation import Organisation
from complaints.routing import guess_severity
from complaints.severity import Severity
from complaints.ticket import Blocked, Source, Ticket
from handlers.import_lines import Complaint

_NAMED_BY_FILE: Final = "the imported file names the team"


@dataclass(frozen=True, slots=True, kw_only=True)
class BringIn(commands.Command):
    """A complaint is imported, as it was from another tool."""

    complaint: Complaint
    workspace: str


def first(
    ticket: Ticket, event: Event, events: Sequence[Event], organisation: Organisation, version: str
) -> commands.Command:
    """The command that made a ticket, which is given as it was captured; `organisation` is today's, of `version`."""
    severity = _severity(ticket, event, organisation, version)
    customer = _text(event.data, "customer") or ticket.customer
    if event.kind == "imported":
        closed = next((one.data["closed_at"] for one in events if one.data.get("closed_at")), None)
        complaint = Complaint(
            line=int(event.data.get("line") or 0), message=ticket.source.message, words=ticket.verbatim,
            received_at=ticket.received_at, closed_at=datetime.fromisoformat(str(closed)) if closed else None,
            customer=customer, reporter=ticket.reporter, severity=severity,
            team=_text(event.data, "team") if _NAMED_BY_FILE in ticket.reasons else None,
        )  # fmt: skip
        workspace = ticket.source.workspace
        return BringIn(at=event.at, actor=ticket.reporter, complaint=complaint, workspace=workspace)
    return commands.CaptureComplaint(
        at=event.at, actor=ticket.reporter, words=ticket.verbatim, source=ticket.source,
        attachments=ticket.attachments, channels=_channels(ticket, event), customer=customer, severity=severity,
        received_at=ticket.received_at, answered_at_once=True,
    )  # fmt: skip


def _channels(ticket: Ticket, event: Event) -> tuple[str, ...]:
    # Older timelines do not say in which conversation it was said, but the ticket knows its id.
    said = _text(event.data, "channels") or ticket.source.conversation
    return tuple(said.split("\n")) if said else ()


def _severity(ticket: Ticket, event: Event, organisation: Organisation, version: str) -> Severity | None:
    """The severity that a person gave; older timelines do not say, but there the rules had found another one."""
    if event.data.get("severity"):
        return Severity(str(event.data["severity"]))
    if ticket.policy_version != version:
        return None
    facts = Facts(ticket.verbatim, _channels(ticket, event), organisation.teams_of(ticket.reporter))
    guessed, _ = guess_severity(organisation, facts)
    return ticket.severity if guessed is not ticket.severity else None


def given(ticket: Ticket, event: Event, at: datetime) -> commands.Command:
    """The command that led to an event of a kind in COMMANDS; `ticket` has the team that it was with before."""
    return COMMANDS[event.kind](event.data, {"at": at, "actor": event.actor, "number": ticket.number}, ticket)


def _text(said: Said, key: str) -> str:
    return str(said.get(key) or "")


def _blocked(said: Said, who: dict[str, Any], _: Ticket) -> commands.Command:
    by = cast("Literal['team', 'person', 'ticket', 'other']", _text(said, "by"))
    return commands.Block(**who, blocked=Blocked(by, _text(said, "what"), _text(said, "why")))


def _resolved(said: Said, who: dict[str, Any], _: Ticket) -> commands.Command:
    done, cause, tell = _text(said, "done"), _text(said, "root_cause"), _text(said, "tell")
    return commands.Resolve(**who, done=done, root_cause=cause, tell=tell)


def _promised(said: Said, who: dict[str, Any], _: Ticket) -> commands.Command:
    until = datetime.fromisoformat(_text(said, "until"))
    return commands.MakePromise(**who, until=until, reason=_text(said, "reason"))


def _handed_back(said: Said, who: dict[str, Any], then: Ticket) -> commands.Command:
    kind, _, key = _text(said, "asked").partition(":")
    if not kind:  # an older timeline, which only says where it went
        within = _text(said, "team") == then.team and said.get("owner")
        kind, key = ("person", _text(said, "owner")) if within else ("team", _text(said, "team"))
    person, team = (key if kind == wanted else None for wanted in ("person", "team"))
    return commands.HandBack(**who, to_person=person, to_team=team, reason=_text(said, "reason"))


def _closed(said: Said, who: dict[str, Any], _: Ticket) -> commands.Command:
    original = said.get("duplicate_of")
    return commands.Dismiss(**who, duplicate_of=int(original) if original else None, reason=_text(said, "why"))


def _edited(said: Said, who: dict[str, Any], _: Ticket) -> commands.Command:
    # Nothing is kept of a name that was taken away, so an edit that says nothing was that.
    customer = said.get("customer") or (None if said.get("words") else "")
    words = said.get("words")
    return commands.EditWords(**who, words=str(words) if words else None, customer=cast("str | None", customer))


def _comment(said: Said, who: dict[str, Any], then: Ticket) -> commands.Command:
    source = then.source
    reply = f"{source.message}/{who['at'].isoformat()}"
    place = Source(source.platform, source.workspace, source.conversation, reply, private=source.private)
    about = {key: who[key] for key in ("at", "actor")}
    return commands.Comment(**about, words=_text(said, "words"), place=place, thread=source.message)


COMMANDS: Final[Mapping[str, Callable[[Said, dict[str, Any], Ticket], commands.Command]]] = {
    "acknowledged": lambda _, who, __: commands.Acknowledge(**who),
    "resolved": _resolved,
    "blocked": _blocked,
    "unblocked": lambda _, who, __: commands.Unblock(**who),
    "handed back": _handed_back,
    "promised": _promised,
    "closed": _closed,
    "told": lambda _, who, __: commands.ConfirmTold(**who),
    "reopened": lambda said, who, _: commands.Reopen(**who, reason=_text(said, "reason")),
    "withdrawn": lambda _, who, __: commands.Withdraw(**who),
    "edited": _edited,
    "severity": lambda said, who, _: commands.CorrectSeverity(**who, severity=Severity(_text(said, "to"))),
    "comment": _comment,
}
