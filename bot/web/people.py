"""Who can be chosen in which pane of the playground."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the choices under it, each with its value and what it says."""

    label: str
    choices: tuple[tuple[str, str], ...]


def reporters(organisation: Organisation) -> tuple[Group, ...]:
    """Everybody, by team: those whose teams only report first."""
    return _by_team(organisation, owning_first=False)


def workers(organisation: Organisation) -> tuple[Group, ...]:
    """Everybody, by team, the teams that own complaints first; then those teams' channels, as `team:KEY`."""
    channels = tuple((f"team:{key}", f"{team.name} channel") for key, team in organisation.teams.items() if team.owns)
    return (*_by_team(organisation, owning_first=True), Group("Team channels", channels))


def leaders(organisation: Organisation) -> tuple[Group, ...]:
    """Those to whom a ticket can be escalated: leads, managers and admins; then the deputies."""
    above = {team.lead for team in organisation.teams.values() if team.owns} | set(organisation.organisation.admins)
    above |= {person.manager for person in organisation.people.values() if person.manager}
    deputies = {person.deputy for person in organisation.people.values() if person.deputy} - above
    groups = (
        Group("Leads and managers", _named(organisation, above)),
        Group("Deputies", _named(organisation, deputies)),
    )
    return tuple(group for group in groups if group.choices)


def members(organisation: Organisation, team: str) -> tuple[tuple[str, str], ...]:
    """Who can press a button in a team's channel: its people and its lead."""
    listed = organisation.teams[team]
    return _named(organisation, {*listed.members, listed.lead})


def _by_team(organisation: Organisation, *, owning_first: bool) -> tuple[Group, ...]:
    seen: set[str] = set()
    groups = []
    for team in sorted(organisation.teams.values(), key=lambda team: team.owns is not owning_first):
        fresh = {*team.members, team.lead} - seen if team.owns else set(team.members) - seen
        seen |= fresh
        groups.append(Group(team.name, _named(organisation, fresh)))
    groups.append(Group("In no team", _named(organisation, set(organisation.people) - seen)))
    return tuple(group for group in groups if group.choices)


def _named(organisation: Organisation, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
    wanted = set(keys)
    return tuple((key, person.name) for key, person in organisation.people.items() if key in wanted)
