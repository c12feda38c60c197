"""The voice of Golddust: the sentences that every channel says alike; each channel decides how they look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from complaints.notices import ConfigurationRefused, Escalation, News, Reminder
from complaints.ticket import ClockName, CloseReason, State
from complaints.views import TicketView


@dataclass(frozen=True, slots=True)
class Ink:
    """How a channel writes: what people typed made harmless, a moment in the reader's time, and bold."""

    escape: Callable[[str], str]
    when: Callable[[datetime], str]
    bold: Callable[[str], str]


_WILL_LOOK = {"she": "she’ll look", "he": "he’ll look", "they": "they’ll look"}

_STATES = {
    State.NEW: "New",
    State.ACKNOWLEDGED: "Acknowledged",
    State.BLOCKED: "Blocked",
    State.RESOLVED: "Resolved: the customer has to be told",
}

_CLOSED = {
    CloseReason.TOLD: "Closed: the customer knows",
    CloseReason.DUPLICATE: "Closed as a duplicate",
    CloseReason.WITHDRAWN: "Withdrawn by the reporter",
    CloseReason.NOT_A_COMPLAINT: "Closed: not a complaint",
    CloseReason.IMPORTED: "Closed before it was imported",
}

_STOPS: dict[ClockName, str] = {
    "acknowledge": "Acknowledge stops this",
    "resolve": "Resolve, Blocked, Not mine or a promised date stops this",
    "tell": "Customer told stops this",
    "unblock": "Unblock stops this",
    "promise": "Resolve, or a new date, stops this",
}

HELP = (
    "Say in one sentence what the customer complained about; I find who owns it and see to it that you hear back.\n"
    "• `/complaint The card machine charged Mrs Ito twice` reports it; `/complaint` alone opens a form\n"
    "• mention me, write to me, use “Report as complaint” on a message, or react with :ticket:\n"
    "• `/complaint mine` what is yours to act on and what you reported\n"
    "• `/complaint list` what is open in your teams\n"
    "• `/complaint away until Friday` your deputy holds meanwhile; `/complaint back` when you are here again"
)


def state(ticket: TicketView) -> str:
    """Where the ticket is, in a few words of ours."""
    if ticket.close_reason is not None:
        closed = _CLOSED[ticket.close_reason]
        return f"{closed} of {ticket.duplicate_of}" if ticket.duplicate_of else closed
    return _STATES[ticket.state]


def captured(ticket: TicketView, ink: Ink, *, again: bool = False) -> str:
    """To the reporter: “C-42 is with Dana (Payments), she’ll look by 15:00”."""
    who = ink.escape(ticket.owner_or_team)
    if again:
        return f"{ink.bold(ticket.ref)} already has this one. It is with {who} · {ink.escape(state(ticket))}"
    clock = ticket.clock("acknowledge")
    by = f", {_WILL_LOOK[ticket.pronoun]} by {ink.when(clock.due_at)}" if clock else ""
    return f"{ink.bold(ticket.ref)} is with {who}{by}."


def news(notice: News, ticket: TicketView, ink: Ink) -> str:
    """To the reporter: what has happened (rule 12: nothing more than this)."""
    ref, owner = ink.bold(ticket.ref), ink.escape(ticket.owner or ticket.team)
    match notice.what:
        case "acknowledged":
            clock = ticket.clock("resolve")
            aim = f" and aims to have it fixed by {ink.when(clock.due_at)}" if clock else ""
            return f"{ref}: {ink.escape(ticket.acknowledged_by or owner)} has seen it{aim}."
        case "promised":
            why = f" ({ink.escape(ticket.promise_reason)})" if ticket.promise_reason else ""
            date = ink.when(ticket.promised_until) if ticket.promised_until else "soon"
            return f"{ref}: {owner} promises it by {date}{why}."
        case "resolved":
            return f"{ref} is fixed. Please tell the customer, then press Customer told."
        case "dismissed":
            return f"{ref}: {ink.escape(state(ticket))}. If that is wrong, press Reopen."
        case _:
            assert_never(notice.what)


def reminder(notice: Reminder, ticket: TicketView, ink: Ink) -> str:
    """To the holder: why you, which clock, what comes next, what stops it (rule 6)."""
    lines = [f"{ink.bold(ticket.ref)} is yours to move: {notice.because} (due {ink.when(notice.due_at)})."]
    lines += _late(notice, ink) + _next(notice, ink)
    return "\n".join(lines)


def escalation(notice: Escalation, ticket: TicketView, ink: Ink) -> str:
    """To the next rung: what is stuck, with whom, who has been asked, what would help (rule 3)."""
    asked = ink.escape(", ".join(notice.asked))
    lines = [
        f"Could you help {ink.bold(ticket.ref)} along? {notice.because[0].upper()}{notice.because[1:]} "
        f"(due {ink.when(notice.due_at)}). It is with {ink.escape(ticket.holder)}; asked so far: {asked}."
    ]
    lines += _late(notice, ink) + _next(notice, ink)
    return "\n".join(lines)


def configuration(notice: ConfigurationRefused, ink: Ink) -> str:
    """To an admin: the changed file is refused, and why."""
    return f"I can’t use the changed configuration, so the last good one stays.\n{ink.escape(notice.problems)}"


def waiting(ticket: TicketView, ink: Ink) -> str | None:
    """What the ticket waits for: its blocker or its promised date; None when it waits for nothing."""
    if ticket.state is State.BLOCKED and ticket.blocked_by:
        why = f": {ink.escape(ticket.blocked_why)}" if ticket.blocked_why else ""
        return f"Waits for {ink.escape(ticket.blocked_by)}{why}"
    if ticket.promised_until is not None:
        why = f": {ink.escape(ticket.promise_reason)}" if ticket.promise_reason else ""
        return f"Promised for {ink.when(ticket.promised_until)}{why}"
    return None


_CLOCKS: dict[ClockName, str] = {
    "acknowledge": "Acknowledge",
    "resolve": "Resolve",
    "tell": "Tell the customer",
    "unblock": "Unblock",
    "promise": "Promised",
}


def clocks(ticket: TicketView, ink: Ink) -> str:
    """The clocks that still matter, on one line: “Acknowledge by 15:00 · Resolve by Thu 12:00”."""
    shown = []
    for clock in ticket.clocks:
        if clock.state in {"running", "overdue"} and clock.name != "promise":
            late = " (overdue)" if clock.state == "overdue" else ""
            shown.append(f"{_CLOCKS[clock.name]} by {ink.when(clock.due_at)}{late}")
        elif clock.state == "paused":
            shown.append(f"{_CLOCKS[clock.name]}: paused")
    return " · ".join(shown)


def _late(notice: Reminder | Escalation, ink: Ink) -> list[str]:
    if notice.due_since is None:
        return []
    more = f", together with {notice.missed} earlier one{'s' if notice.missed > 1 else ''}" if notice.missed else ""
    return [f"This is late: it was due {ink.when(notice.due_since)}{more}. Sorry."]


def _next(notice: Reminder | Escalation, ink: Ink) -> list[str]:
    stops = _STOPS[notice.clock]
    if notice.next_at is None:
        return [f"{stops}."]
    return [f"{stops}. Next, {ink.when(notice.next_at)}: {ink.escape(notice.next_what)}."]
