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
from storage import tickets


def block(context: Context, command: Block) -> Done:
    """The blocked ticket; its blocker holds it now. Raises BadInput for a blocker who does not exist."""
    ticket = context.load(command.number, command.actor, "block")
    blocked, line = _blocker(context, command.blocked)
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


def _blocker(context: Context, named: Blocked) -> tuple[Blocked, list[Ticket]]:
    clean = Blocked(named.by, storable(named.what).strip(), storable(named.why))
    if clean.by != "ticket":
        return clean, []
    number = number_of(clean.what)
    if number is None:
        raise BadInput(field="what", reason=f"“{clean.what}” is no ticket; write it like C-42.")
    return Blocked("ticket", str(number), clean.why), _line(context, number)


def _line(context: Context, number: int) -> list[Ticket]:
    """The ticket of this number, then those that it waits for in turn."""
    line: list[Ticket] = []
    following = tickets.find(context.session, context.workspace, number)
    while following is not None and following not in line:
        line.append(following)
        following = context.blocking(following)
    return line
