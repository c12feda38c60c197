"""Living through a history again under one file; nothing is sent to anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.configuration import Loaded
from bot.simulation.given import BringIn
from bot.simulation.history import History
from bot.simulation.moves import Move
from bot.simulation.outcome import Misfit, Outcome, Run
from bot.simulation.stage import NUDGES, Stage, stage
from complaints import commands
from complaints.organisation import Organisation
from complaints.rights import refusal
from complaints.ticket import Ticket
from handlers.context import Context
from handlers.dispatch import REFUSALS, perform
from handlers.import_complaints import bring_in
from handlers.import_lines import routed
from storage import forecasts, people, preferences, simulated, tickets

Told = Callable[[int], None]


def replay(loaded: Loaded, history: History, told: Told = lambda _done: None) -> Outcome:
    """What would have happened under a file; `told` hears how many moves have been made."""
    outcome = Outcome(loaded.organisation)
    with stage(loaded, history.begins, outcome.messages) as there:
        _furnish(there.context(), history)
        play = _Play(there, outcome)
        for done, move in enumerate(history.moves, start=1):
            there.reach(move.at)
            play.make(move)
            told(done)
        there.reach(history.end)
        for ticket in tickets.everything(there.session, loaded.organisation.workspace):
            play.look(ticket)
            outcome.runs += [Run(ticket.number, clock, history.end) for clock in ticket.clocks]
    return outcome


def _furnish(context: Context, history: History) -> None:
    for chosen in history.preferences:
        preferences.keep(context.session, context.workspace, chosen, context.at)
    for account in history.accounts:
        people.keep_account(context.session, context.workspace, account, context.at)
    forecasts.keep(context.session, context.workspace, history.forecasts, context.at)


class _Play:
    """Makes the moves on a stage, and notes what became of them."""

    def __init__(self, there: Stage, outcome: Outcome) -> None:
        self._there = there
        self._outcome = outcome
        self._last: dict[int, tuple[Run, ...]] = {}

    def make(self, move: Move) -> None:
        """Make a move as the one who would have made it here."""
        context = self._there.context()
        ticket = self._ticket(context, move)
        command = _fitted(context.organisation, move, ticket)
        try:
            with context.session.begin_nested():
                _give(context, move, command)
        except REFUSALS as error:
            self._outcome.misfits.append(Misfit(move.ticket, move.at, move.kind, str(error)))
        else:
            self._outcome.stood_in += move.side != "reporter" and command.actor != move.command.actor

    def look(self, ticket: Ticket) -> None:
        """Note the runs of clocks that ended since the last look, because their clock was started anew."""
        going = {(clock.name, clock.run) for clock in ticket.clocks}
        before = self._last.get(ticket.number, ())
        self._outcome.runs += [run for run in before if (run.clock.name, run.clock.run) not in going]
        now = self._there.clock.now()
        self._last[ticket.number] = tuple(Run(ticket.number, clock, now) for clock in ticket.clocks)

    def _ticket(self, context: Context, move: Move) -> Ticket | None:
        if move.ticket is None or move.action is None:
            return None
        found = tickets.find(context.session, context.workspace, move.ticket)
        if found is not None:
            self.look(found)
        return found


def _give(context: Context, move: Move, command: commands.Command) -> None:
    where = (context.session, context.workspace)
    if move.ticket is not None and move.action is None:
        simulated.number_next(*where, move.ticket)
    if isinstance(command, BringIn):
        bring_in(context, [routed(context.organisation, command.complaint, command.at)], command.workspace)
    else:
        perform(context, command)
    # Cards and news nudge nobody, and drawing them would take most of the time.
    simulated.forget_others(*where, NUDGES)


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
