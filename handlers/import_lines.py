"""One complaint of an imported file: can it be kept as it is, whose is it, who said it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from complaints.conditions import Facts
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.routing import Routing, route
from complaints.severity import Severity
from complaints.typed import Cleaning, cleaning
from complaints.words import LONGEST, storable

NOBODY = "Imported"
"""The reporter where the file names none; a person's key can't be written like this."""

LENGTHS = {"message": 200, "customer": 200, "reporter": 120, "category": 80}
"""Characters that each text may have, as the tables are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint of a file; `message` is its id there, `closed_at` is set when it was closed before.

    `raw` is another name by which its line is recognised, whatever was read from it.
    """

    line: int
    message: str
    words: str
    received_at: datetime | None = None
    closed_at: datetime | None = None
    customer: str | None = None
    reporter: str | None = None
    team: str | None = None
    severity: str | None = None
    category: str | None = None
    raw: str | None = None

    @property
    def since(self) -> datetime | None:
        """When it was received: on its date, or at the latest when it was closed."""
        return self.received_at or self.closed_at


@dataclass(frozen=True, slots=True)
class Routed:
    """A complaint with its team and reporter; `noted` is what the file said that Golddust does not know."""

    complaint: Complaint
    routing: Routing
    reporter: str
    noted: dict[str, str]


def routed(organisation: Organisation, complaint: Complaint, now: datetime) -> Routed:
    """The complaint with its team, before anything is saved; raises BadInput for one that can't be kept as it is."""
    _check(complaint, now)
    found = cleaning(organisation.privacy)
    complaint = _masked(complaint, found)
    reporter, team = _person(organisation, complaint.reporter), _team(organisation, complaint.team)
    severity = _severity(complaint.severity)
    facts = Facts(complaint.words, (), organisation.teams_of(reporter), severity=severity)
    routing = route(organisation, facts, customer=complaint.customer)
    if team is not None:
        routing = replace(routing, team=team, category=None, reason="the imported file names the team")
    if complaint.category is not None:
        routing = replace(routing, category=complaint.category)
    unknown = {
        "team_in_file": complaint.team if team is None else None,
        "severity_in_file": complaint.severity if severity is None else None,
        "reporter_in_file": complaint.reporter if reporter not in organisation.people else None,
    }
    reporter = reporter if reporter in organisation.people else found.text(reporter)
    noted = {key: found.text(value) for key, value in unknown.items() if value}
    if found.names:
        noted["masked"] = ", ".join(found.names)
    return Routed(complaint, routing, reporter, noted)


def _masked(complaint: Complaint, found: Cleaning) -> Complaint:
    """The complaint without personal data in what somebody typed; a reporter is looked up by what the file says."""
    customer, category = complaint.customer, complaint.category
    return replace(
        complaint, words=found.text(complaint.words), customer=found.text(customer) if customer else customer,
        category=found.text(category) if category else category,
    )  # fmt: skip


def _check(complaint: Complaint, now: datetime) -> None:
    if not complaint.words.strip():
        raise BadInput(field="words", reason="no words: they are empty")
    if len(complaint.words) > LONGEST:
        raise BadInput(field="words", reason=f"the words have {len(complaint.words):,} characters; at most {LONGEST:,}")
    for name in ("words", "message", "customer", "reporter", "category", "team", "severity"):
        text = getattr(complaint, name) or ""
        shown = "id" if name == "message" else name
        if storable(text) != text:
            reason = f"{shown} has a character that no database keeps as it is (NUL, or half of a surrogate pair)"
            raise BadInput(field=shown, reason=reason)
        if len(text) > LENGTHS.get(name, LONGEST):
            raise BadInput(field=shown, reason=f"{shown} has {len(text):,} characters; at most {LENGTHS[name]}")
    _check_dates(complaint, now)


def _check_dates(complaint: Complaint, now: datetime) -> None:
    received, closed = complaint.since or now, complaint.closed_at
    if received > now:
        raise BadInput(field="captured_at", reason=f"its date, {received:%Y-%m-%d %H:%M} UTC, is still to come")
    if closed is not None and closed > now:
        raise BadInput(field="closed_at", reason=f"closed_at, {closed:%Y-%m-%d %H:%M} UTC, is still to come")
    if closed is not None and closed < received:
        raise BadInput(
            field="closed_at", reason="it was closed before it was received; are the dates in the right order?"
        )


def _person(organisation: Organisation, named: str | None) -> str:
    """The key of the person with this key, name or e-mail; else the name, without what would make it an account."""
    if named is None:
        return NOBODY
    wanted = named.casefold()
    for key, person in organisation.people.items():
        if wanted in {key, person.name.casefold()}:
            return key
    return organisation.with_email(named) or " ".join(named.replace(":", " ").split()) or NOBODY


def _team(organisation: Organisation, named: str | None) -> str | None:
    wanted = (named or "").casefold()
    return next(
        (k for k, team in organisation.teams.items() if team.owns and wanted in {k, team.name.casefold()}), None
    )


def _severity(named: str | None) -> Severity | None:
    wanted = (named or "").casefold()
    return Severity(wanted) if wanted in set(Severity) else None
