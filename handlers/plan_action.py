"""What is to be done against a cause: planned with a resolution or by itself, and done."""

from __future__ import annotations

from dataclasses import replace

from complaints import actions
from complaints.commands import Plan, PlanAction, Resolve
from complaints.lifecycle import Change
from complaints.replies import Done
from complaints.ticket import Resolution, Ticket
from complaints.words import storable
from handlers import follow_up
from handlers.context import Context
from handlers.viewing import view
from storage import tickets


def plan_action(context: Context, command: PlanAction) -> Done:
    """The new action, as a ticket."""
    parent = context.load(command.number, command.actor, "plan")
    action = planned(context, parent, command.action, command.actor)
    context.note(Change(parent, (actions.noted(action, command.actor, command.at),)))
    return Done(view(context, action), said(context, action))


def planned(context: Context, parent: Ticket, plan: Plan, actor: str) -> Ticket:
    """The action against the cause of a ticket, saved."""
    clean = replace(plan, what=storable(plan.what))
    # Asked before a number is given out, so that a refusal leaves no gap.
    actions.planned(parent, 0, clean, actor, context.at, context.presence)
    [number] = tickets.next_numbers(context.session, context.workspace, 1)
    [action] = context.add([actions.planned(parent, number, clean, actor, context.at, context.presence)])
    return action


def said(context: Context, action: Ticket) -> str:
    """Whose an action is, and by when: “C-50 is Dana’s, by Fri 4 Dec.”"""
    organisation, owner = context.organisation, action.owner or action.holder
    due = min(clock.due_at for clock in action.clocks).astimezone(organisation.zone_of(owner))
    return f"{action.ref} is {organisation.name(owner)}’s to do by {due:%a} {due.day} {due:%b}."


def done(context: Context, action: Ticket, command: Resolve) -> Done:
    """The action, closed; its cause is looked at again, and reporters hear what was done about it."""
    resolution = Resolution(storable(command.done))
    saved = context.save(actions.done(action, command.actor, command.at, context.presence, resolution))
    follow_up.begin(context, saved)
    told = follow_up.tell_reporters(context, saved)
    heard = f" {told} {'reporter hears' if told == 1 else 'reporters hear'} of it." if told else ""
    days = " and ".join(map(str, follow_up.LOOKS))
    return Done(view(context, saved), f"{saved.ref} is done.{heard} In {days} days I’ll look whether it came back.")
