"""Somebody is away, or back."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.commands import ComeBack, GoAway
from complaints.errors import BadInput
from complaints.presence import Leave, Presence
from complaints.replies import Said
from handlers.context import Context
from handlers.viewing import name_of
from storage import people, tickets

LONGEST_LEAVE = timedelta(days=366)


def go_away(context: Context, command: GoAway) -> Said:
    """A confirmation that names who holds meanwhile; without a moment, whether they are away already.

    Raises BadInput for a moment that has passed or is too far, and for a deputy who can't be one.
    """
    if command.until is None:
        return _as_it_is(context, command)
    if command.until <= command.at:
        raise BadInput(field="until", reason="That has passed; say for example `/complaint away until Friday`.")
    if command.until - command.at > LONGEST_LEAVE:
        raise BadInput(field="until", reason="That is more than a year away; say an earlier day.")
    if command.deputy is not None and command.deputy not in context.organisation.people:
        raise BadInput(field="deputy", reason="I don’t know that deputy; name a colleague from golddust.yml.")
    if command.deputy == command.actor:
        raise BadInput(field="deputy", reason="You can’t stand in for yourself; name a colleague, or nobody.")
    before = context.presence
    leave = Leave(command.actor, command.at, command.until, command.deputy)
    people.add_leave(context.session, context.workspace, leave)
    after = _rehold(context, before, command.actor)
    until = _day(context, command.actor, command.until)
    return Said(f"Noted: you are away until {until}. {_who_holds(context, after, command)}")


def come_back(context: Context, command: ComeBack) -> Said:
    """A confirmation, or why they still count as away."""
    before = context.presence
    was_away = people.end_leave(context.session, context.workspace, command.actor, command.at)
    after = _rehold(context, before, command.actor)
    still = after.away_until(command.actor, context.at)
    if still is not None:
        until = _day(context, command.actor, still)
        return Said(f"Noted, but golddust.yml lists you as away until {until}; please ask an admin to change that.")
    return Said("Welcome back; your tickets are with you again." if was_away else "You were not marked as away.")


def _as_it_is(context: Context, command: GoAway) -> Said:
    until = context.presence.away_until(command.actor, command.at)
    if until is None:
        raise BadInput(
            field="until", reason="Until when? Say for example `/complaint away until Friday`, or `until 2026-12-31`."
        )
    holds = _who_holds(context, context.presence, command)
    day = _day(context, command.actor, until)
    announced = command.actor in {leave.person for leave in context.presence.leaves}
    ends = "`/complaint back` ends it." if announced else "golddust.yml says so."
    return Said(f"You are away until {day}. {holds} {ends}")


def _who_holds(context: Context, presence: Presence, command: GoAway) -> str:
    """“Omar holds your tickets meanwhile.”, with who was passed over because they are away themselves."""
    deputy = presence.stand_in(command.actor, command.at)
    if deputy == command.actor:
        return "You have no deputy here, so your team’s lead holds meanwhile."
    held = f"{name_of(context, deputy)} holds your tickets meanwhile."
    named = presence.line(command.actor, command.at)[1]
    back = presence.away_until(named, command.at)
    if back is None:
        return held
    return f"{name_of(context, named)} is away too, until {_day(context, command.actor, back)}, so {held}"


def _day(context: Context, reader: str, moment: datetime) -> str:
    return f"{moment.astimezone(context.presence.zone_of(reader)):%A, %-d %B, %H:%M}"


def _rehold(context: Context, before: Presence, person: str) -> Presence:
    """Work out anew who holds what a person's going or coming back moves; the presence from then on.

    Nobody is written to for it: the deputy finds the tickets in their list, and hears when one is due (rule 9). They
    are judged anew, because what runs out today is due to the new holder at once.
    """
    now = Context(context.session, context.organisation, context.version, context.document, context.at)
    where = (context.session, context.workspace)
    held = tickets.held_by(*where, sorted(_holders(before, now.presence, person, context.at)))
    moved = [number for number in held if _moved(now, number)]
    tickets.look_again(*where, moved, context.at)
    return now.presence


def _moved(context: Context, number: int) -> bool:
    ticket = tickets.load(context.session, context.workspace, number, lock=True)
    return context.rehold(ticket) is not ticket


def _holders(before: Presence, after: Presence, person: str, at: datetime) -> set[str]:
    """Everybody who held something that may be another's now: those in whose line the person is, or who stand in."""
    known = {person, *before.organisation.people}
    lines = [(before.line(one, at), after.line(one, at)) for one in known]
    changed = [was[-1] for was, now in lines if person in {*was, *now}]
    if any(before.away_until(last, at) is not None for last in changed):
        leads = {team.lead for team in before.organisation.teams.values()}
        return {*changed, person, *(before.stand_in(lead, at) for lead in leads)}
    return {*changed, person}
