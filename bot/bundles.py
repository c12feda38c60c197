"""What a bundle says: what it comes to, one line of why for each ticket, and a foot; alike on every channel."""

from __future__ import annotations

from collections.abc import Sequence

from bot import buttons, phrases
from bot.buttons import Button
from bot.phrases import Ink
from complaints.notices import Bundle, Escalation, Foretold, Nudge
from complaints.severity import Severity
from complaints.ticket import ClockName, State
from complaints.views import TicketView

Items = Sequence[tuple[Nudge, TicketView]]

DONE = "Nothing here waits for you any more. Thank you."
FOOT = "One list a day, ticked off as you act. Reply `{ref} …` to comment; `/complaint settings` moves the list."
FOOT_URGENT = "Sorry to interrupt: these could not wait for your list of the day."
THANKS = "Thank you."
MARKS = {Severity.HIGH: "❗ ", Severity.CRITICAL: "‼️ "}

_SHORT: dict[ClockName, str] = {
    "acknowledge": "Acknowledge", "resolve": "Resolve", "tell": "Tell the customer", "unblock": "Unblock",
    "promise": "Promised", "receipt": "Acknowledge", "early": "Answer", "answer": "Final answer",
}  # fmt: skip


def title(bundle: Bundle, items: Items) -> str:
    """“5 tickets wait for you; 2 run out today.”, or thanks where none does any more."""
    waiting = _waiting(bundle, items)
    if not waiting:
        return DONE
    count = "1 ticket waits" if len(waiting) == 1 else f"{len(waiting)} tickets wait"
    urgent = sum(nudge.urgent for nudge, _ in waiting)
    ends = f"; {urgent} {'runs' if urgent == 1 else 'run'} out today" if urgent else ""
    return f"{count} for you{ends}."


def summary(bundle: Bundle, items: Items, most: int = 5) -> str:
    """The title and the first tickets that wait, for a notification."""
    refs = [ticket.ref for _, ticket in _waiting(bundle, items)]
    if not refs:
        return DONE
    more = f" and {len(refs) - most} more" if len(refs) > most else ""
    return f"{title(bundle, items)} {', '.join(refs[:most])}{more}"


def foot(bundle: Bundle, items: Items, ink: Ink) -> str:
    """Why these come together, since when they were held, and how to go on; empty once nothing waits."""
    waiting = _waiting(bundle, items)
    if not waiting:
        return ""
    said = [FOOT_URGENT if bundle.urgent else FOOT.format(ref=waiting[0][1].ref)]
    held = [nudge.held_since for nudge, _ in waiting if nudge.held_since]
    late = [nudge.due_since for nudge, _ in waiting if nudge.due_since]
    said += [f"Held for this list, the first since {ink.when(min(held))}."] if held else []
    said += [f"Sorry this is late: the first should have come by {ink.when(min(late))}."] if late else []
    return " ".join(said)


def line(nudge: Nudge, ticket: TicketView, reader: str, ink: Ink, words: str) -> str:
    """What one ticket needs: which one, and on a second line why; or in one line what has become of it.

    `words` is the complaint in short, made harmless by the channel.
    """
    ref = ink.bold(ticket.ref)
    if answered(nudge, ticket, reader):
        return f"✓ {ref} {words} {ink.escape(phrases.state(ticket))}."
    return f"{MARKS.get(ticket.severity, '')}{ref} {words}\n{_why(nudge, ticket, reader, ink)}"


def brief(nudge: Nudge, ticket: TicketView, reader: str, ink: Ink, words: str) -> str:
    """The same in one line, for those that run out later: “C-42 Resolve by Thu 12:00 “Mrs Ito’s card…””."""
    if answered(nudge, ticket, reader):
        return line(nudge, ticket, reader, ink, words)
    helps = isinstance(nudge, Escalation) and ticket.holder_key != reader
    what = f"Help {ink.escape(ticket.holder)}" if helps else _SHORT[nudge.clock]
    if isinstance(nudge, Foretold):
        what = "Needs an answer"
    by = nudge.by if isinstance(nudge, Foretold) else nudge.due_at
    return f"{MARKS.get(ticket.severity, '')}{ink.bold(ticket.ref)} {what} by {ink.when(by)} {words}"


def known(ticket: TicketView, reader: str) -> str:
    """What one has to know to act, as plain text: what the blocker is asked for, or the words for the customer."""
    if ticket.state is State.BLOCKED and ticket.holder_key == reader != ticket.owner_key and ticket.blocked_why:
        return f"{ticket.owner or ticket.team} needs: {ticket.blocked_why}"
    if ticket.state is State.RESOLVED and ticket.holder_key == reader:
        return f"You could say: {ticket.tell or ticket.done}" if ticket.tell or ticket.done else ""
    return ""


def offered(nudge: Nudge, ticket: TicketView, reader: str) -> tuple[Button, ...]:
    """What can be pressed about one ticket of a bundle."""
    if answered(nudge, ticket, reader):
        return ()
    if isinstance(nudge, Foretold):
        return buttons.for_owner(ticket)
    return buttons.for_helper(ticket, reader) if isinstance(nudge, Escalation) else buttons.for_holder(ticket)


def answered(nudge: Nudge, ticket: TicketView, reader: str) -> bool:
    """Whether nothing is left to do about a nudge: its clock has stopped, or the move is somebody else’s by now."""
    if isinstance(nudge, Foretold):
        return ticket.state is not State.BLOCKED
    clock = ticket.clock(nudge.clock)
    if ticket.state is State.CLOSED or clock is None or clock.state in {"met", "missed", "paused"}:
        return True
    return not isinstance(nudge, Escalation) and ticket.holder_key != reader


def _waiting(bundle: Bundle, items: Items) -> list[tuple[Nudge, TicketView]]:
    reader = bundle.audience.removeprefix("person:")
    return [(nudge, ticket) for nudge, ticket in items if not answered(nudge, ticket, reader)]


def _why(nudge: Nudge, ticket: TicketView, reader: str, ink: Ink) -> str:
    if isinstance(nudge, Foretold):
        who, by, date = ink.escape(nudge.waits_for), ink.when(nudge.by), ink.when(nudge.date)
        if nudge.passed:
            return f"{who} was to answer by {by}, to keep the customer’s date ({date})."
        return f"Unless {who} answers by {by}, the customer’s date ({date}) is missed."
    because = ink.escape(nudge.because[0].upper() + nudge.because[1:])
    helps = isinstance(nudge, Escalation) and ticket.holder_key != reader
    who = f"{ink.escape(ticket.holder)} has it; could you help? " if helps else ""
    return f"{who}{because} (due {ink.when(nudge.due_at)})."
