"""The owner waits for somebody or something, or waits no longer."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import Block, Unblock
from complaints.errors import BadInput
from complaints.replies import Done
from complaints.ticket import Blocked, Ticket, number_of
from complaints.views import TicketView
from complaints.words import storable
from handlers.context import Context
from handlers.viewing import view
from storage import counters, tickets


def block(context: Context, command: Block) -> Done:
    """The blocked ticket; its blocker holds it now. Raises BadInput for a blocker who does not exist."""
    blocked = _named(command.blocked)
    line = _line(context, int(blocked.what)) if blocked.by == "ticket" else ()
    ticket = context.load(command.number, command.actor, "block")
    change = lifecycle.block(ticket, command.actor, command.at, context.presence, blocked, line)
    shown = view(context, context.save(change))
    return Done(shown, f"{shown.ref} waits for {shown.blocked_by}, and its clocks are paused. {_next(shown, command)}")


def _next(shown: TicketView, command: Block) -> str:
    if shown.holder_key == command.actor:
        return "Press Unblock when it can go on."
    return f"I’m asking {'them' if shown.holder == shown.blocked_by else shown.holder} now."


def unblock(context: Context, command: Unblock) -> Done:
    """The ticket, its clocks running on."""
    ticket = context.load(command.number, command.actor, "unblock")
    shown = view(context, context.save(lifecycle.unblock(ticket, command.actor, command.at, context.presence)))
    return Done(shown, f"{shown.ref} can go on; it is with {shown.owner_or_team} again.")


def _named(named: Blocked) -> Blocked:
    clean = Blocked(named.by, storable(named.what).strip(), storable(named.why))
    if clean.by != "ticket":
        return clean
    number = number_of(clean.what)
    if number is None:
        raise BadInput(field="what", reason=f"“{clean.what}” is no ticket; write it like C-42.")
    return Blocked("ticket", str(number), clean.why)


def _line(context: Context, number: int) -> tuple[Ticket, ...]:
    """The ticket of this number, held as it is now, then those that it waits for in turn.

    One ticket at a time is made to wait for another, so that two replicas can't close a ring together; and the one
    that it is to wait for is locked, so that it is not resolved at the same moment.
    """
    counters.advance(context.session, context.workspace, "line")
    first = tickets.find(context.session, context.workspace, number, lock=True)
    return (context.held(first), *context.line(first)) if first is not None else ()
