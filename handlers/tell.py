"""The customer was told, or it was not fixed after all."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import ConfirmTold, Reopen
from complaints.replies import Done
from complaints.words import storable
from handlers.context import Context
from handlers.viewing import view


def confirm_told(context: Context, command: ConfirmTold) -> Done:
    """The closed ticket."""
    ticket = context.load(command.number, command.actor, "tell")
    shown = view(context, context.save(lifecycle.told(ticket, command.actor, command.at, context.presence)))
    return Done(shown, f"{shown.ref} is closed: the customer knows. Thank you for telling them.")


def reopen(context: Context, command: Reopen) -> Done:
    """The ticket, back with its owner."""
    ticket = context.load(command.number, command.actor, "reopen")
    change = lifecycle.reopen(ticket, command.actor, command.at, context.presence, storable(command.reason))
    shown = view(context, context.save(change))
    return Done(shown, f"{shown.ref} is open again and back with {shown.owner_or_team}.")
