"""What somebody filled in, as typed values: the forms that every chat platform asks alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from complaints.commands import Plan
from complaints.errors import BadInput

END_OF_DAY = "17:00"
"""The time of a promise that names none."""


@dataclass(frozen=True, slots=True)
class ResolveForm:
    """What was done about a ticket."""

    ticket: int
    done: str
    root_cause: str
    tell: str
    action: str = ""
    """What is to be done so that it does not happen again; empty: nothing."""
    who: str | None = None
    """Who does it, as the channel names them: None for whoever says so."""
    until: date | None = None

    def plan(self, who: str | None) -> Plan | None:
        """The action, where there is one; `who` is its owner's key. Raises BadInput for one without words."""
        if self.action.strip():
            return Plan(self.action.strip(), who, self.until)
        if self.who or self.until:
            raise BadInput(field="action", reason="Say what is to be done, or leave the person and the day empty.")
        return None


@dataclass(frozen=True, slots=True)
class PromiseForm:
    """The moment, in UTC, by which a ticket will be resolved."""

    ticket: int
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenForm:
    """What is still wrong."""

    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class EditForm:
    """New words and the customer's name; None for what stays as it is, an empty name takes it away."""

    ticket: int
    words: str | None
    customer: str | None


def day_of(text: str) -> date | None:
    """The day that a date picker gives, None where none was picked; raises BadInput for anything else."""
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise BadInput(field="action_until", reason="Pick a day, such as 2026-12-31.") from None


def promised(day: str, at: str, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, that a day and a time of day mean in somebody's zone; raises BadInput for none.

    A time that the clocks skip is moved on by as much as they skip; of one that comes twice the first counts.
    """
    try:
        local = datetime.combine(
            date.fromisoformat(day), time.fromisoformat(at or END_OF_DAY).replace(tzinfo=None), zone
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(field="until", reason="Pick the day by which it will be done.") from None
