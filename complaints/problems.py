"""Many complaints with one cause: the problem they are joined under. Source: ITIL's problem, as the glossary has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from complaints import clocks, notices
from complaints.alarms import Alarm
from complaints.assignment import Assignment
from complaints.lifecycle import Change, Event
from complaints.notices import Card
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.severity import Severity
from complaints.ticket import Kind, Source, Ticket

PLATFORM = "golddust"
"""Where a problem comes from: nobody said it, it was opened."""
LEAST_JOINED = 2
MOST_JOINED = 200
"""So many are joined in one step, so that others need not wait for it."""


def opened(
    number: int, words: str, actor: str, at: datetime, parts: Sequence[Ticket], team: str, assignment: Assignment,
    presence: Presence, version: str = "",
) -> Change:  # fmt: skip
    """A new problem: as severe as the worst of its complaints, owned as any ticket of the team, one chain of nudges."""
    organisation = presence.organisation
    policy, calendar = organisation.policy_of(team), organisation.calendar_of_team(team)
    severity = severest(parts)
    running = tuple(
        clocks.start(name, at, getattr(policy.clocks, name).of(severity), calendar)
        for name in ("acknowledge", "resolve")
    )
    categories = {part.category for part in parts}
    source = Source(PLATFORM, organisation.workspace, "problems", f"problem-{number}", private=True)
    refs = ", ".join(part.ref for part in parts)
    ticket = Ticket(
        number=number, kind=Kind.PROBLEM, severity=severity, team=team, owner=assignment.owner,
        category=categories.pop() if len(categories) == 1 else None, holder=assignment.owner, reporter=actor,
        verbatim=words, source=source, captured_at=at, received_at=at, clocks=running,
        reasons=(f"opened by {organisation.name(actor)} for {refs}", assignment.reason), policy_version=version,
        acted_at=at if actor == assignment.owner else None,
    )  # fmt: skip
    said = {"words": words, "team": team, "owner": assignment.owner, "tickets": refs}
    cards = tuple(
        Card(ticket=number, audience=audience)
        for audience in (notices.team(team), notices.person(assignment.owner))
    )  # fmt: skip
    return Change(ticket, (Event("opened", actor, at, said),), cards)


def severest(parts: Sequence[Ticket]) -> Severity:
    """The severity of the worst of these tickets."""
    return max((part.severity for part in parts), key=lambda severity: severity.rank)


def raised(problem: Ticket, part: Ticket) -> bool:
    """Whether a complaint that is joined is worse than its problem so far."""
    return part.severity.rank > problem.severity.rank


def words_of(parts: Sequence[Ticket], organisation: Organisation, found: Alarm | None = None) -> str:
    """What a problem says that nobody has worded: “7 complaints about payments”."""
    return (
        f"{len(parts)} complaints{about(found, organisation)}" if found else f"{len(parts)} complaints{_alike(parts)}"
    )


def about(found: Alarm, organisation: Organisation) -> str:
    """What the complaints of a surge have in common, to follow the word “complaints”; with a space before it."""
    match found.about:
        case "category":
            return f" about {found.name}"
        case "touchpoint":
            return f" reported by {organisation.name(found.name)}"
        case "team":
            return f" for {organisation.name(found.name)}"
        case _:
            return ""


def _alike(parts: Sequence[Ticket]) -> str:
    categories = {part.category for part in parts}
    common = categories.pop() if len(categories) == 1 else None
    return f" about {common}" if common else ""


def freed(problem: Ticket) -> bool:
    """Whether the complaints of a problem that is over go their own way: it was resolved for none of them."""
    return problem.resolution is None


def resolved_with(part: Ticket, problem: Ticket) -> bool:
    """Whether a complaint is resolved because its problem is."""
    return part.joined and part.parent == problem.number and problem.kind is Kind.PROBLEM and not freed(problem)
