"""It is fixed; now the customer must be told. Of an action: it is done, and nobody has to be."""

from __future__ import annotations

from dataclasses import replace

from complaints import actions, lifecycle
from complaints.commands import Resolve
from complaints.replies import Done
from complaints.ticket import Kind, Resolution
from complaints.words import storable
from handlers import plan_action
from handlers.context import Context
from handlers.viewing import view


def resolve(context: Context, command: Resolve) -> Done:
    """The resolved ticket; from here on its reporter is nudged until the customer was told."""
    ticket = context.load(command.number, command.actor, "resolve")
    if ticket.kind is Kind.ACTION:
        return plan_action.done(context, ticket, command)
    resolution = Resolution(storable(command.done), storable(command.root_cause), storable(command.tell))
    change = lifecycle.resolve(ticket, command.actor, command.at, context.presence, resolution)
    more = ""
    if command.action is not None:
        action = plan_action.planned(context, ticket, command.action, command.actor)
        change = replace(change, events=(*change.events, actions.noted(action, command.actor, command.at)))
        more = f" {plan_action.said(context, action)}"
    saved = context.save(change)
    shown = view(context, saved)
    if saved.kind is Kind.PROBLEM:
        count = len(shown.parts)
        noun = "complaint" if count == 1 else "complaints"
        return Done(
            shown, f"{saved.ref} is resolved, and so are its {count} {noun}. I’m telling all who reported.{more}"
        )
    if saved.holder == command.actor:
        return Done(shown, f"{saved.ref} is resolved. Please tell the customer, then press Customer told.{more}")
    return Done(shown, f"{saved.ref} is resolved. I’m asking {shown.holder} to tell the customer.{more}")
