"""What the members of teams have on their desks, for deciding whose turn it is."""

from __future__ import annotations

from collections import Counter

from complaints.assignment import Load
from complaints.ticket import Ticket
from handlers.context import Context
from storage import tickets


class Loads:
    """The open tickets and turns of teams, asked once each and then kept up to date with tickets not yet saved.

    Asked only where that is what decides whose turn it is in a team.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
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

    def _counts(self, team: str) -> dict[str, int]:
        if team not in self._open:
            members = self._context.organisation.teams[team].members
            found = tickets.open_by_owner(self._context.session, self._context.workspace, members)
            self._open[team] = {member: found.get(member, 0) for member in members}
        return self._open[team]

    def _last_owner(self, team: str) -> str | None:
        if team not in self._last:
            self._last[team] = tickets.last_owner(self._context.session, self._context.workspace, team)
        return self._last[team]
