"""Which person of a team gets a ticket, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from complaints.calendars import next_open
from complaints.organisation import Organisation, Team, turn, turn_starts
from complaints.presence import Presence


@dataclass(frozen=True, slots=True)
class Load:
    """What assignment needs to know of the team's present work: open tickets by person, and who got the last one."""

    open_tickets: Mapping[str, int]
    last_owner: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """The person who owns the ticket, and why it is them."""

    owner: str
    reason: str


def assign(presence: Presence, team_key: str, load: Load, at: datetime) -> Assignment:
    """The person of the team whose turn it is; who is away or out of hours is stood in for by the deputy.

    A deputy who is out of hours too does not help, so then it stays with the person chosen; never nobody.
    """
    team = presence.organisation.teams[team_key]
    chosen, reason = _choose(presence, team_key, team, load, at)
    if presence.at_work(chosen, at):
        return Assignment(chosen, reason)
    if presence.away_until(chosen, at) is not None:
        return in_place_of(presence, chosen, reason, at)
    deputy, name = _deputy(presence, chosen, at), presence.organisation.name
    if deputy != chosen and presence.at_work(deputy, at):
        return Assignment(deputy, f"{reason}, but {name(chosen)} is out of hours; {name(deputy)} stands in")
    return Assignment(chosen, f"{reason}; out of hours, so from {name(chosen)}’s next working hour")


def in_place_of(presence: Presence, chosen: str, reason: str, at: datetime) -> Assignment:
    """The person chosen, or while they are away whoever stands in for them, and why; if all are away, the person."""
    if presence.away_until(chosen, at) is None:
        return Assignment(chosen, reason)
    name, deputy = presence.organisation.name, presence.stand_in(chosen, at)
    why = f"{reason}, but {name(chosen)} is away"
    return Assignment(deputy, f"{why}; {name(deputy)} stands in") if deputy != chosen else Assignment(chosen, why)


def on_call(organisation: Organisation, team_key: str, at: datetime) -> str:
    """The person on call for a team at `at`; without a rota its lead."""
    team = organisation.teams[organisation.in_charge(team_key)]
    if team.rota is None:
        return team.lead
    zone = organisation.calendar_of_team(team_key).zone
    return team.rota.people[turn(team.rota, zone, at) % len(team.rota.people)]


def next_turn(organisation: Organisation, team_key: str, at: datetime) -> datetime | None:
    """When the next turn of a team's rota begins, in UTC; None without a rota."""
    rota = organisation.teams[organisation.in_charge(team_key)].rota
    if rota is None:
        return None
    zone = organisation.calendar_of_team(team_key).zone
    return turn_starts(rota, zone, turn(rota, zone, at) + 1).astimezone(UTC)


def _choose(presence: Presence, key: str, team: Team, load: Load, at: datetime) -> tuple[str, str]:
    organisation = presence.organisation
    if team.assign == "on-call":
        # At the weekend it is the one whose turn it will be when the team is back at work.
        person = on_call(organisation, key, next_open(organisation.calendar_of_team(key), at))
        return person, f"{organisation.name(person)} is on call for {team.name}"
    if team.assign == "owner" and team.owner:
        return team.owner, f"{organisation.name(team.owner)} owns what comes to {team.name}"
    members = team.members or (team.lead,)
    if team.assign == "least-loaded":
        person = _first_here(presence, sorted(members, key=lambda one: load.open_tickets.get(one, 0)), at)
        count = load.open_tickets.get(person, 0)
        return person, f"{organisation.name(person)} has the fewest open tickets of {team.name} ({count})"
    start = members.index(load.last_owner) + 1 if load.last_owner in members else 0
    person = _first_here(presence, [*members[start:], *members[:start]], at)
    return person, f"it is {organisation.name(person)}’s turn in {team.name}"


def _first_here(presence: Presence, order: Sequence[str], at: datetime) -> str:
    """Who is at work comes first, then who is at least not away, so that a turn is not spent on an empty chair."""
    at_work = (one for one in order if presence.at_work(one, at))
    not_away = (one for one in order if presence.away_until(one, at) is None)
    return next(at_work, None) or next(not_away, None) or order[0]


def _deputy(presence: Presence, person: str, at: datetime) -> str:
    """Whoever is here in the place of the listed deputy of somebody who is out of hours."""
    listed = presence.organisation.person(person)
    return presence.stand_in(listed.deputy, at) if listed and listed.deputy else person
