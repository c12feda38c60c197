"""People of whom nothing has been heard yet, found by their e-mail among the members of the teams that have the app."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.app import Golddust
from bot.teams.port import Bad, Blocked, Gone, Json, Ref, inside
from bot.teams.references import Line, References

MOST_ASKED = 20
"""So many teams are asked for one person, their own teams first: Microsoft allows 14 look-ups a second and thread."""


class Directory:
    """The accounts behind e-mail addresses; who was found once is not looked up again."""

    def __init__(self, golddust: Golddust, line: Line, references: References) -> None:
        self._golddust = golddust
        self._line = line
        self._references = references
        self._known: dict[str, str] = {}

    async def account(self, email: str, person: str | None) -> str | None:
        """The account with this e-mail, or None where no team of ours has such a member; raises a Fault."""
        if email not in self._known:
            found = await self._look_up(email, person)
            if found is None:
                return None
            self._known[email] = found
        return self._known[email]

    async def _look_up(self, email: str, person: str | None) -> str | None:
        async for ref in self._teams(person):
            try:
                # An address does for the id (learn.microsoft.com: get the details of a single member).
                member = await self._line.member(ref, email)
            except (Gone, Blocked, Bad):
                continue
            if _is(member, email):
                return inside(member, "aadObjectId").lower() or inside(member, "id") or None
        return None

    async def _teams(self, person: str | None) -> AsyncIterator[Ref]:
        """Where to ask: the channels from which something was heard, one of each team in Teams."""
        asked: set[str] = set()
        listed = self._golddust.organisation.teams.values()
        for team in sorted(listed, key=lambda team: person not in (*team.members, team.lead)):
            ref = await self._references.of(team.channel) if team.channel else None
            if ref is not None and len(asked) < MOST_ASKED and (ref.team or ref.root) not in asked:
                asked.add(ref.team or ref.root)
                yield ref


def _is(member: Json, email: str) -> bool:
    return email.casefold() in {inside(member, "email").casefold(), inside(member, "userPrincipalName").casefold()}
