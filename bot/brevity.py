"""A ticket short enough for a sentence and a heading, alike on every chat platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from complaints.lifecycle import BOUNCES
from complaints.severity import Severity
from complaints.views import TicketView

NAME = 80
"""Characters of a name that are shown."""
REASON = 300
"""Characters of a reason that are shown."""
TRAIL = 1200
"""Characters of the trail that are shown of a ticket that was handed on and on."""

SEVERITIES = {
    Severity.LOW: "Low",
    Severity.NORMAL: "Normal",
    Severity.HIGH: "❗ High",
    Severity.CRITICAL: "‼️ Critical",
}


def trimmed(ticket: TicketView, one_line: Callable[[str, int], str]) -> TicketView:
    """The ticket with names and reasons short enough for a sentence; the words themselves stay as they are.

    `one_line` is how the platform puts a text on one line and cuts it.
    """

    def name(text: str | None) -> str | None:
        return one_line(text, NAME) if text is not None else None

    return replace(
        ticket, customer=name(ticket.customer), team=name(ticket.team) or "", owner=name(ticket.owner),
        holder=name(ticket.holder) or "", reporter=name(ticket.reporter) or "",
        acknowledged_by=name(ticket.acknowledged_by), resolved_by=name(ticket.resolved_by),
        blocked_by=one_line(ticket.blocked_by, REASON) if ticket.blocked_by else None,
        blocked_why=one_line(ticket.blocked_why, REASON), promise_reason=one_line(ticket.promise_reason, REASON),
        why=one_line(ticket.why, TRAIL if ticket.bounces >= BOUNCES else REASON),
        knock_on=replace(waits, waits_for=one_line(waits.waits_for, REASON)) if (waits := ticket.knock_on) else None,
    )  # fmt: skip


def heading(ticket: TicketView) -> str:
    """“C-42 · Payments · High”, as plain text."""
    return f"{ticket.ref} · {ticket.team} · {SEVERITIES[ticket.severity]}"
