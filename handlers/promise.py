"""The owner gives a date."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import MakePromise
from complaints.replies import Done
from complaints.ticket import Promise
from complaints.words import storable
from handlers.context import Context
from handlers.viewing import view


def promise(context: Context, command: MakePromise) -> Done:
    """The ticket with its promise; the reporter sees it."""
    ticket = context.load(command.number, command.actor, "promise")
    given = Promise(command.until, storable(command.reason))
    shown = view(context, context.save(lifecycle.promise(ticket, command.actor, command.at, context.presence, given)))
    return Done(shown, f"Thank you. {shown.reporter} knows the date; I’ll be quiet about {shown.ref} until then.")
