"""It is fixed; now the customer must be told."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import Resolve
from complaints.replies import Done
from complaints.ticket import Kind, Resolution
from complaints.words import storable
from handlers.context import Context
from handlers.viewing import view


def resolve(context: Context, command: Resolve) -> Done:
    """The resolved ticket; from here on its reporter is nudged until the customer was told."""
    ticket = context.load(command.number, command.actor, "resolve")
    resolution = Resolution(storable(command.done), storable(command.root_cause), storable(command.tell))
    saved = context.save(lifecycle.resolve(ticket, command.actor, command.at, context.presence, resolution))
    shown = view(context, saved)
    if saved.kind is Kind.PROBLEM:
        count = len(shown.parts)
        noun = "complaint" if count == 1 else "complaints"
        return Done(shown, f"{saved.ref} is resolved, and so are its {count} {noun}. I’m telling all who reported.")
    if saved.holder == command.actor:
        return Done(shown, f"{saved.ref} is resolved. Please tell the customer, then press Customer told.")
    return Done(shown, f"{saved.ref} is resolved. I’m asking {shown.holder} to tell the customer.")
