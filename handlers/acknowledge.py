"""The owner's side has seen it."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import Acknowledge
from complaints.replies import Done
from handlers.context import Context
from handlers.viewing import view


def acknowledge(context: Context, command: Acknowledge) -> Done:
    """The ticket, now owned by whoever of the team acknowledged first."""
    ticket = context.load(command.number, command.actor, "acknowledge")
    saved = context.save(lifecycle.acknowledge(ticket, command.actor, command.at, context.presence))
    shown = view(context, saved)
    own = saved.owner == command.actor
    then = "It is yours until it is resolved." if own else f"It stays with {shown.owner_or_team}."
    return Done(shown, f"You acknowledged {saved.ref}. {then}")
