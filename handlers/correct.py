"""The reporter words it anew or takes it back; somebody corrects the severity."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import CorrectSeverity, EditWords, Withdraw
from complaints.replies import Done
from complaints.words import named, storable
from handlers.context import Context
from handlers.viewing import view


def edit(context: Context, command: EditWords) -> Done:
    """The ticket with a later version of its words; the first words stay."""
    ticket = context.load(command.number, command.actor, "edit")
    words = storable(command.words) if command.words is not None else None
    customer = named(command.customer) if command.customer else command.customer
    change = lifecycle.reword(ticket, command.actor, command.at, context.presence, words, customer)
    shown = view(context, context.save(change))
    return Done(shown, f"{shown.ref} is updated; the first words are kept too.")


def withdraw(context: Context, command: Withdraw) -> Done:
    """The closed ticket."""
    ticket = context.load(command.number, command.actor, "withdraw")
    shown = view(context, context.save(lifecycle.withdraw(ticket, command.actor, command.at, context.presence)))
    return Done(shown, f"{shown.ref} is withdrawn. Nobody will be asked about it.")


def correct_severity(context: Context, command: CorrectSeverity) -> Done:
    """The ticket with another severity and its clocks moved accordingly."""
    ticket = context.load(command.number, command.actor, "correct severity")
    change = lifecycle.correct_severity(ticket, command.actor, command.at, context.presence, command.severity)
    shown = view(context, context.save(change))
    return Done(shown, f"The severity of {shown.ref} is {shown.severity} now.")
