"""What the members of teams have on their desks, for deciding whose turn it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from complaints.assignment import Load
from complaints.ticket import Ticket
from handlers.context import Context
from storage import tickets

MANY = 5_000
"""Of a team that has so many open tickets they are not counted anew for each complaint: that would take longer than
all the rest, and a few more or less decide nothing there."""
COUNTED_FOR = timedelta(minutes=1)

_Counted: TypeAlias = dict[tuple[str, tuple[str, ...]], tuple[datetime, dict[str, int]]]
_COUNTED: WeakKeyDictionary[Any, _Counted] = WeakKeyDictionary()
"""By database, then by workspace and members: when they were counted, and how many open tickets each has."""


class Loads:
    """The open tickets and turns of teams, asked once each and then kept up to date with tickets not yet saved.

    Asked only where that is what decides whose turn it is in a team.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._counted = _COUNTED.setdefault(context.session.get_bind(), {})
        self._open: dict[str, dict[str, int]] = {}
        self._last: dict[str, str | None] = {}
        self._fresh: Counter[str] = Counter()

    def of(self, team: str) -> Load:
        """The present work of a team's members."""
        match self._context.organisation.teams[team].assign:
            case "least-loaded":
                return Load({member: count + self._fresh[member] for member, count in self._counts(team).items()})
            case "on-call":
                return Load({})
            case _:
                return Load({}, self._last_owner(team))

    def count(self, ticket: Ticket) -> None:
        """Take up a new ticket that is not saved yet."""
        self._last[ticket.team] = ticket.owner
        if ticket.owner is not None and ticket.open:
            self._fresh[ticket.owner] += 1
            for (workspace, members), (_, found) in self._counted.items():
                if workspace == self._context.workspace and ticket.owner in members:
                    found[ticket.owner] = found.get(ticket.owner, 0) + 1

    def _counts(self, team: str) -> dict[str, int]:
        if team not in self._open:
            members = self._context.organisation.teams[team].members
            found = self._remembered(members)
            self._open[team] = {member: found.get(member, 0) for member in members}
        return self._open[team]

    def _remembered(self, members: tuple[str, ...]) -> dict[str, int]:
        """The open tickets by person as they are saved, or as they were a while ago where they are many."""
        context, key = self._context, (self._context.workspace, members)
        known = self._counted.get(key)
        if known is not None and timedelta() <= context.at - known[0] < COUNTED_FOR:
            return {member: count - self._fresh[member] for member, count in known[1].items()}
        found = tickets.open_by_owner(context.session, context.workspace, members)
        if sum(found.values()) >= MANY:
            self._counted[key] = context.at, {member: count + self._fresh[member] for member, count in found.items()}
        return found

    def _last_owner(self, team: str) -> str | None:
        if team not in self._last:
            self._last[team] = tickets.last_owner(self._context.session, self._context.workspace, team)
        return self._last[team]
