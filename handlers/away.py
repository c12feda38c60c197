"""Somebody is away, or back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from complaints.commands import ComeBack, GoAway
from complaints.errors import BadInput
from complaints.holding import holder_of
from complaints.lifecycle import GOLDDUST, Change, Event
from complaints.presence import Leave
from complaints.replies import Said
from handlers.context import Context
from storage import people, tickets

LONGEST_LEAVE = timedelta(days=366)


def go_away(context: Context, command: GoAway) -> Said:
    """A confirmation that names who holds meanwhile; raises BadInput for a moment that has passed or is too far."""
    if command.until <= command.at:
        raise BadInput(field="until", reason="That has passed already; say for example `/complaint away until Friday`.")
    if command.until - command.at > LONGEST_LEAVE:
        raise BadInput(field="until", reason="That is more than a year away; say an earlier day.")
    if command.deputy is not None and command.deputy not in context.organisation.people:
        raise BadInput(field="deputy", reason="I don’t know that deputy; name a colleague from golddust.yml.")
    people.add_leave(
        context.session, context.workspace, Leave(command.actor, command.at, command.until, command.deputy)
    )
    here = _rehold(context, command.actor)
    deputy = here.presence.stand_in(command.actor, command.at)
    until = command.until.astimezone(context.organisation.zone_of(command.actor))
    when = f"{until:%A, %-d %B, %H:%M}"
    if deputy == command.actor:
        return Said(f"Noted: you are away until {when}. You have no deputy here, so your team’s lead holds meanwhile.")
    return Said(f"Noted: you are away until {when}. {context.organisation.name(deputy)} holds your tickets meanwhile.")


def come_back(context: Context, command: ComeBack) -> Said:
    """A confirmation."""
    was_away = people.end_leave(context.session, context.workspace, command.actor)
    _rehold(context, command.actor)
    return Said("Welcome back; your tickets are with you again." if was_away else "You were not marked as away.")


def _rehold(context: Context, person: str) -> Context:
    """Work out anew who holds this person's tickets; the context in which they are away or back.

    Nobody is written to for it: the deputy finds them in their list, and hears when one is due (rule 9).
    """
    now = Context(context.session, context.organisation, context.version, context.document, context.at)
    for ticket in tickets.concerning(context.session, context.workspace, person):
        holder = holder_of(ticket, now.presence, context.at, now.blocking(ticket))
        if holder != ticket.holder:
            event = Event("holder", GOLDDUST, context.at, {"from": ticket.holder, "to": holder})
            now.save(Change(replace(ticket, holder=holder), (event,)))
    return now
