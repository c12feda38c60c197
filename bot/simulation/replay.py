"""Living through a history again under one file; nothing is sent to anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.configuration import Loaded
from bot.simulation.given import BringIn
from bot.simulation.history import History
from bot.simulation.moves import Move
from bot.simulation.outcome import Misfit, Outcome, Run
from bot.simulation.stage import NUDGES, stage
from bot.timetravel import travel
from complaints import commands
from complaints.organisation import Organisation
from complaints.rights import refusal
from complaints.ticket import Ticket
from handlers.context import Context
from handlers.dispatch import REFUSALS, handle
from handlers.import_complaints import bring_in
from handlers.import_lines import routed
from storage import counters, forecasts, outbox, preferences, tickets

Told = Callable[[int], None]


async def replay(loaded: Loaded, history: History, told: Told = lambda _done: None) -> Outcome:
    """What would have happened under a file; `told` hears how many moves have been made."""
    outcome = Outcome(loaded.organisation)
    with stage(loaded, history.begins, outcome.messages) as (golddust, clock):
        await golddust.worker.run(lambda context: _furnish(context, history), history.begins)
        for done, move in enumerate(history.moves, start=1):
            await _reach(golddust, clock, move.at)
            await _make(golddust, move, outcome)
            told(done)
        await _reach(golddust, clock, history.end)
        found = golddust.read(lambda context: tickets.everything(context.session, context.workspace))
    outcome.runs += [Run(ticket.number, clock, history.end) for ticket in found for clock in ticket.clocks]
    return outcome


def _furnish(context: Context, history: History) -> None:
    for chosen in history.preferences:
        preferences.keep(context.session, context.workspace, chosen, context.at)
    forecasts.keep(context.session, context.workspace, history.forecasts, context.at)


async def _reach(golddust: Golddust, clock: VirtualClock, moment: datetime) -> None:
    due = golddust.next_due_at()
    if due is not None and due <= moment:
        await travel(golddust, clock, moment)
    else:
        clock.move_to(max(moment, clock.now()))


async def _make(golddust: Golddust, move: Move, outcome: Outcome) -> None:
    try:
        ended, stood_in = await golddust.worker.run(lambda context: _made(context, move), move.at)
    except REFUSALS as error:
        outcome.misfits.append(Misfit(move.ticket, move.at, move.kind, str(error)))
        return
    outcome.runs += ended
    outcome.stood_in += stood_in


def _made(context: Context, move: Move) -> tuple[list[Run], bool]:
    """Make a move; the runs of clocks that it ended by starting them anew, and whether somebody else made it."""
    where = (context.session, context.workspace)
    before = tickets.find(*where, move.ticket) if move.ticket is not None and move.action else None
    command = _fitted(context.organisation, move, before)
    if move.ticket is not None and move.action is None:
        counters.put(*where, "ticket", move.ticket - 1)  # so that it has the same number here
    if isinstance(command, BringIn):
        bring_in(context, [routed(context.organisation, command.complaint, command.at)], command.workspace)
    else:
        handle(context, command)
    # Cards and news are not looked at here, and drawing them takes most of the time.
    outbox.discard_others(*where, NUDGES)
    if before is None:
        return [], False
    return _ended(context, before), move.side != "reporter" and command.actor != move.command.actor


def _ended(context: Context, before: Ticket) -> list[Run]:
    after = tickets.load(context.session, context.workspace, before.number)
    going = {(clock.name, clock.run) for clock in after.clocks}
    return [Run(before.number, one, context.at) for one in before.clocks if (one.name, one.run) not in going]


def _fitted(organisation: Organisation, move: Move, ticket: Ticket | None) -> commands.Command:
    """The command as it fits the ticket there."""
    command = move.command
    if isinstance(command, commands.GoAway) and command.deputy not in organisation.people:
        return replace(command, deputy=None)
    return command if ticket is None else replace(command, actor=_doer(organisation, move, ticket))


def _doer(organisation: Organisation, move: Move, ticket: Ticket) -> str:
    """Who makes the move there: whoever made it, or the one who owns the ticket where that one may not."""
    actor = move.command.actor
    if move.side == "reporter":
        return ticket.reporter
    if move.kind == "comment" and move.side == "other":
        return actor
    # A reply of the owner's side counts as one only where it comes from somebody who may resolve.
    action = "resolve" if move.kind == "comment" else move.action
    if action is None or refusal(organisation, ticket, actor, action) is None:
        return actor
    return ticket.owner or ticket.holder
