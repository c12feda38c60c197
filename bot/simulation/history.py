"""The history of a window: all that has to be done again to live through it."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.simulation.moves import Move, moves_of
from complaints import commands
from complaints.forecast import Forecasts
from complaints.lifecycle import Event
from complaints.preferences import Preference
from complaints.ticket import Ticket
from handlers.context import Context
from storage import forecasts, people, preferences, recorded
from storage.people import Account


@dataclass(frozen=True, slots=True)
class History:
    """What people did, in order; some of it before `start`, to bring what was open then to its state."""

    start: datetime
    end: datetime
    moves: tuple[Move, ...]
    tickets: int
    """How many were open or captured in the window."""
    preferences: tuple[Preference, ...] = ()
    accounts: tuple[Account, ...] = ()
    """Those of the reporters whom the file does not list, in whose own time they are nudged."""
    forecasts: Forecasts = field(default_factory=lambda: Forecasts({}, 0))

    @property
    def begins(self) -> datetime:
        """The first moment that has to be lived through."""
        return min(self.start, self.moves[0].at) if self.moves else self.start


def read(context: Context, start: datetime, end: datetime) -> History:
    """The history of the tickets that were open or captured in a window; it changes nothing."""
    where = (context.session, context.workspace)
    found = {ticket.number: (ticket, events) for ticket, events in recorded.between(*where, start, end)}
    moves = [_within(move, found) for move in _all(context, found, end)]
    first = min((move.at for move in moves), default=start)
    moves += _absences(context, min(start, first), end)
    ordered = tuple(sorted(moves, key=lambda move: move.at))  # stable: a ticket's moves keep their order
    chosen = tuple(preferences.of_everybody(*where).values())
    reporters = {ticket.reporter for ticket, _ in found.values()} - context.organisation.people.keys()
    accounts = tuple(people.accounts_of_any(*where, sorted(reporters)))
    return History(start, end, ordered, len(found), chosen, accounts, forecasts.load(*where))


def _all(context: Context, found: dict[int, tuple[Ticket, tuple[Event, ...]]], end: datetime) -> list[Move]:
    """The moves of these tickets, and of those that they waited for, though those were closed before the window."""
    moves: list[Move] = []
    known, fresh = set(found), list(found.values())
    while fresh:
        more = [move for one in fresh for move in moves_of(*one, context.organisation, context.version)]
        moves += more
        missing = {number for move in more if (number := _waited_for(move)) is not None} - known
        known |= missing
        fresh = list(recorded.of_numbers(context.session, context.workspace, sorted(missing), end))
    return moves


def _waited_for(move: Move) -> int | None:
    command = move.command
    if isinstance(command, commands.Block) and command.blocked.by == "ticket":
        return int(command.blocked.what)
    return None


def _within(move: Move, found: Container[int | None]) -> Move:
    """The move; a duplicate of a ticket that is not lived through closes all the same."""
    command = move.command
    if isinstance(command, commands.Dismiss) and command.duplicate_of not in found:
        return replace(move, command=replace(command, duplicate_of=None))
    return move


def _absences(context: Context, first: datetime, end: datetime) -> Iterator[Move]:
    for leave in people.present_leaves(context.session, context.workspace, first):
        if leave.start < end:
            at = max(leave.start, first)
            away = commands.GoAway(at=at, actor=leave.person, until=leave.until, deputy=leave.deputy)
            yield Move(at, None, "away", away)
