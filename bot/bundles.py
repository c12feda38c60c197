"""What a bundle says: one line for each ticket, alike on every chat platform."""

from __future__ import annotations

from collections.abc import Sequence

from bot import buttons, phrases
from bot.buttons import Button
from bot.phrases import Ink
from complaints.notices import Bundle, Escalation, Nudge
from complaints.ticket import State
from complaints.views import TicketView

FOOT = "One list a day. What you act on leaves it; `/complaint settings` moves it to another time."
FOOT_URGENT = "These could not wait for your list of the day."


def title(bundle: Bundle, items: Sequence[tuple[Nudge, TicketView]]) -> str:
    """“5 tickets wait for you; 2 run out today.”"""
    reader = bundle.audience.removeprefix("person:")
    waiting = [nudge for nudge, ticket in items if not answered(nudge, ticket, reader)]
    if not waiting:
        return "Nothing on this list waits for you any more. Thank you."
    count = "1 ticket waits" if len(waiting) == 1 else f"{len(waiting)} tickets wait"
    urgent = sum(nudge.urgent for nudge in waiting)
    ends = f"; {urgent} {'runs' if urgent == 1 else 'run'} out today" if urgent else ""
    return f"{count} for you{ends}."


def foot(bundle: Bundle) -> str:
    """Why these come together, and how to change that."""
    return FOOT_URGENT if bundle.urgent else FOOT


def line(nudge: Nudge, ticket: TicketView, reader: str, ink: Ink, words: str) -> str:
    """What one ticket needs: which one, why, since when it was held; or what has become of it.

    `words` is the complaint in short, made harmless by the channel.
    """
    ref = ink.bold(ticket.ref)
    if answered(nudge, ticket, reader):
        return f"✓ {ref} {words} {ink.escape(phrases.state(ticket))}."
    due = f"due {ink.when(nudge.due_at)}"
    held = f", held since {ink.when(nudge.held_since)}" if nudge.held_since else ""
    late = f", late: it should have come by {ink.when(nudge.due_since)}" if nudge.due_since else ""
    who = f"It is with {ink.escape(ticket.holder)}, could you help? " if _helps(nudge, ticket, reader) else ""
    because = ink.escape(nudge.because[0].upper() + nudge.because[1:])
    return f"{ref} {words}\n{who}{because} ({due}{held}{late})."


def offered(nudge: Nudge, ticket: TicketView, reader: str) -> tuple[Button, ...]:
    """What can be pressed about one ticket of a bundle."""
    if answered(nudge, ticket, reader):
        return ()
    if _helps(nudge, ticket, reader) and ticket.state is not State.RESOLVED:
        return tuple(one for one in buttons.for_owner(ticket) if one.press not in {"blocked", "promise"})
    return buttons.for_holder(ticket)


def answered(nudge: Nudge, ticket: TicketView, reader: str) -> bool:
    """Whether nothing is left to do about a nudge: its clock has stopped, or the move is somebody else’s by now."""
    clock = ticket.clock(nudge.clock)
    if ticket.state is State.CLOSED or clock is None or clock.state in {"met", "missed", "paused"}:
        return True
    return not isinstance(nudge, Escalation) and ticket.holder_key != reader


def _helps(nudge: Nudge, ticket: TicketView, reader: str) -> bool:
    return isinstance(nudge, Escalation) and ticket.holder_key != reader
