"""One pass of the scheduler without consequences: what it would send to whom, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from complaints import policy
from complaints.notices import (
    Bundle,
    Captured,
    Card,
    ConfigurationRefused,
    Digest,
    Escalation,
    Foretold,
    LookedBack,
    News,
    Notice,
    Nudge,
    Remark,
    Reminder,
    Surge,
    WeDid,
)
from handlers import digest
from handlers.context import Context
from handlers.deliver import Unwanted, prepare
from handlers.nudge import PORTION, audit, nudge_due
from storage import outbox, tickets

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One message that would be sent: to whom, and why; with `unwanted` why it would be dropped instead."""

    notice: Notice
    to: str
    why: str
    unwanted: str | None = None


@dataclass
class Rehearsal:
    """What one pass would do."""

    judged: int = 0
    repaired: int = 0
    nudges: list[Nudge] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    waiting: list[datetime] = field(default_factory=list)
    """For each ticket that is due while everybody concerned is off work: when the first of them is back."""


def rehearse(context: Context) -> Rehearsal:
    """Do the whole pass inside the context's transaction; the caller must roll it back."""
    done = Rehearsal(repaired=len(audit(context)))
    judged = PORTION
    while judged == PORTION:
        due = tickets.due(context.session, context.workspace, context.at, PORTION)
        judged, nudges = nudge_due(context)
        done.judged += judged
        done.nudges += nudges
        done.waiting += _waiting(context, {ticket.number for ticket in due} - {nudge.ticket for nudge in nudges})
    done.digests += _digests(context)
    while parcels := outbox.claim(context.session, context.workspace, context.at, AT_ONCE):
        for parcel in parcels:
            ready = prepare(context, parcel)
            dropped = ready.why if isinstance(ready, Unwanted) else None
            to = parcel.notice.audience if isinstance(ready, Unwanted) else ready.reader.name
            done.lines.append(Line(parcel.notice, to, why(parcel.notice), dropped))
            outbox.finish(context.session, parcel, "dropped" if dropped else "sent", context.at)
    return done


def _digests(context: Context) -> list[Digest]:
    found: list[Digest] = []
    due = digest.PORTION
    while due:
        due, made, _ = digest.digest_due(context)
        found += made
    return found


def _waiting(context: Context, numbers: set[int]) -> list[datetime]:
    """For each ticket that is due and whose readers are all off work: when the first of them is back."""
    found = [tickets.load(context.session, context.workspace, number) for number in sorted(numbers)]
    plans = [
        policy.plan(context.held(ticket), context.presence, context.at, context.outlook(ticket))
        for ticket in found
        if ticket.open
    ]
    backs = [[step.reach_at for step in plan if step.due_at <= context.at < step.reach_at] for plan in plans]
    return [min(moments) for moments in backs if moments]


def why(notice: Notice) -> str:
    """What a message is for, in a clause."""
    match notice:
        case Reminder() | Escalation() | Foretold():
            return notice.because
        case Card():
            return "the card shows the ticket as it is now"
        case Bundle():
            return f"{len(notice.items)} nudges in one message"
        case Captured():
            return "the reporter hears who has it and by when they look"
        case News():
            return f"the reporter hears that it is {notice.what}"
        case Remark():
            return f"{notice.author} replied in a thread"
        case WeDid():
            return "the reporter hears what was done about the cause"
        case LookedBack():
            return f"{notice.found.days} days after an action it is told whether the cause came back"
        case ConfigurationRefused():
            return "the changed configuration is refused"
        case Digest():
            return "a digest is due"
        case Surge():
            return "many alike came in a short time"
