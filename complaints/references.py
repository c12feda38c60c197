"""What golddust.yml refers to: names that it does not list, and combinations that cannot work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import TypeAlias

from complaints.conditions import Condition
from complaints.organisation import Organisation, Person, Team

KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the file: where, what was found there (empty: nothing), what is allowed."""

    path: KeyPath
    found: str
    allowed: str


def problems(organisation: Organisation) -> tuple[Problem, ...]:
    """Return every unknown name and impossible combination, in the order of the file's parts."""
    parts = (
        _organisation, _people, _reachable, _accounts, _manager_cycles, _teams, _policies, _conditions, _routes,
        _digests,
    )  # fmt: skip
    return tuple(chain.from_iterable(part(organisation) for part in parts))


def choices(found: str, allowed: Collection[str], most: int = 8) -> str:
    """Return the allowed names as a text, at most so many, with the one that was probably meant."""
    names = list(allowed)
    if not names:
        return "nothing, as the file lists none"
    text = ", ".join(names[:most])
    if len(names) > most:
        text += f" and {len(names) - most} more"
    close = get_close_matches(found, names, 1)
    return f"{text} (did you mean “{close[0]}”?)" if close else text


def _organisation(organisation: Organisation) -> Iterator[Problem]:
    about, at = organisation.organisation, ("organisation",)
    yield from _unknown_each((*at, "admins"), about.admins, organisation.people)
    yield from _owning_team((*at, "triage"), about.triage, organisation)
    yield from _unknown((*at, "calendar"), about.calendar, organisation.calendars)
    yield from _unknown((*at, "policy"), about.policy, organisation.policies)
    yield from _workspaces((*at, "slack_workspaces"), about.slack_workspaces)


def _workspaces(path: KeyPath, ids: Sequence[str]) -> Iterator[Problem]:
    # Only one is known as the organisation's own: the people of a second one would be taken for outsiders.
    first = next((one for one in ids if one.startswith("T")), None)
    for place, found in enumerate(ids):
        if found.startswith("T") and found != first:
            allowed = f"one workspace (T…) in a file, here {first}; list their Grid’s id (E…) instead"
            yield Problem((*path, place), found, f"{allowed}, or give {found} a file of its own")


def _people(organisation: Organisation) -> Iterator[Problem]:
    for key, person in organisation.people.items():
        for path, other in _referred(key, person):
            if other == key:
                yield Problem(path, other, "somebody else, or nobody")
            else:
                yield from _unknown(path, other, organisation.people)


def _referred(key: str, person: Person) -> Iterator[tuple[KeyPath, str | None]]:
    yield ("people", key, "manager"), person.manager
    yield ("people", key, "deputy"), person.deputy
    for place, absence in enumerate(person.away):
        yield ("people", key, "away", place, "deputy"), absence.deputy


def _reachable(organisation: Organisation) -> Iterator[Problem]:
    for key, person in organisation.people.items():
        if not (person.slack or person.teams or person.email):
            yield Problem(("people", key), "no way to reach them", "a slack id, a teams id or an email")


def _accounts(organisation: Organisation) -> Iterator[Problem]:
    taken: dict[tuple[str, str], str] = {}
    for key, person in organisation.people.items():
        accounts = {"slack": person.slack, "teams": person.teams, "email": (person.email or "").casefold()}
        for kind, account in accounts.items():
            if account and (first := taken.setdefault((kind, account), key)) != key:
                yield Problem(("people", key, kind), account, f"one that is not already “{first}”’s")


def _manager_cycles(organisation: Organisation) -> Iterator[Problem]:
    seen: set[str] = set()
    for start in organisation.people:
        chain_ = list(_managers_above(organisation, start, seen))
        seen.update(chain_)
        if len(chain_) > 1 and organisation.people[chain_[-1]].manager in chain_:
            first = chain_.index(organisation.people[chain_[-1]].manager or "")
            yield from _cycle(chain_[first:])


def _managers_above(organisation: Organisation, start: str, seen: set[str]) -> Iterator[str]:
    """Yield a person and those above, as far as they are known and not met before."""
    met: set[str] = set()
    key: str | None = start
    while key in organisation.people and key not in met and key not in seen:
        met.add(key)
        yield key
        key = organisation.people[key].manager


def _cycle(ring: list[str]) -> Iterator[Problem]:
    # Being one's own manager is told with the other references of a person.
    if len(ring) > 1:
        round_ = " → ".join(ring[:8]) + (" → …" if len(ring) > 8 else f" → {ring[0]}")
        yield Problem(("people", ring[0], "manager"), round_, "managers that end at somebody without one")


def _teams(organisation: Organisation) -> Iterator[Problem]:
    for key, team in organisation.teams.items():
        at: KeyPath = ("teams", key)
        yield from _unknown((*at, "lead"), team.lead, organisation.people)
        yield from _unknown_each((*at, "members"), team.members, organisation.people)
        yield from _unknown((*at, "owner"), team.owner, organisation.people)
        if team.rota:
            yield from _unknown_each((*at, "rota", "people"), team.rota.people, organisation.people)
        yield from _unknown((*at, "calendar"), team.calendar, organisation.calendars)
        yield from _unknown((*at, "policy"), team.policy, organisation.policies)
        if team.owns:
            yield from _assignment((*at, "assign"), team)


def _assignment(path: KeyPath, team: Team) -> Iterator[Problem]:
    if team.assign == "on-call":
        lacks = None if team.rota else "`rota:`"
    elif team.assign == "owner":
        lacks = None if team.owner else "`owner:`"
    else:
        lacks = None if team.members else "`members:`"
    if lacks:
        yield Problem(path, team.assign, f"{team.assign} together with {lacks}, which this team does not have")


def _policies(organisation: Organisation) -> Iterator[Problem]:
    for key, policy in organisation.policies.items():
        yield from _unknown_each(("policies", key, "profiles"), policy.profiles, organisation.known_profiles())


def _conditions(organisation: Organisation) -> Iterator[Problem]:
    for place, rule in enumerate(organisation.severity.rules):
        yield from _condition(("severity", "rules", place, "when"), rule.when, organisation)


def _routes(organisation: Organisation) -> Iterator[Problem]:
    for place, route in enumerate(organisation.routes):
        yield from _condition(("routes", place, "when"), route.when, organisation)
        yield from _owning_team(("routes", place, "team"), route.team, organisation)
    yield from _route_names(organisation)


def _route_names(organisation: Organisation) -> Iterator[Problem]:
    taken: dict[str, int] = {}
    for place, route in enumerate(organisation.routes):
        if route.name and (first := taken.setdefault(route.name, place)) != place:
            yield Problem(("routes", place, "name"), route.name, f"each name once; routes[{first}] has it already")


def _digests(organisation: Organisation) -> Iterator[Problem]:
    for place, digest in enumerate(organisation.digests):
        at: KeyPath = ("digests", place)
        yield from _reader((*at, "to"), digest.to, organisation)
        for number, team in enumerate(digest.teams if isinstance(digest.teams, tuple) else ()):
            yield from _owning_team((*at, "teams", number), team, organisation)
        if digest.on and digest.every != "weekly":
            yield Problem((*at, "on"), digest.on, f"a day of the week only with every: weekly, not {digest.every}")


def _reader(path: KeyPath, key: str, organisation: Organisation) -> Iterator[Problem]:
    team = organisation.teams.get(key)
    if key in organisation.people and team is not None:
        yield Problem(path, key, "a key that is not both a person’s and a team’s")
    elif team is not None and team.channel is None:
        yield Problem(path, key, "a person, or a team that has a `channel`")
    elif team is None and key not in organisation.people:
        yield Problem(path, key, choices(key, [*organisation.people, *organisation.teams]))


def _condition(path: KeyPath, condition: Condition, organisation: Organisation) -> Iterator[Problem]:
    yield from _unknown_each((*path, "reporter_team"), condition.reporter_team or (), organisation.teams)
    if organisation.customers:
        yield from _tiers((*path, "customer_tier"), condition.customer_tier or (), organisation)
    for name, parts in (("all", condition.all or ()), ("any", condition.any or ())):
        for place, part in enumerate(parts):
            yield from _condition((*path, name, place), part, organisation)
    if condition.not_:
        yield from _condition((*path, "not"), condition.not_, organisation)


def _tiers(path: KeyPath, wanted: Iterable[str], organisation: Organisation) -> Iterator[Problem]:
    # A file without customers may have rules that wait for them.
    tiers = dict.fromkeys(customer.tier for customer in organisation.customers if customer.tier)
    for place, tier in enumerate(wanted):
        if tier not in tiers:
            allowed = choices(tier, tiers) if tiers else "the tier of a listed customer; none has one"
            yield Problem((*path, place), tier, allowed)


def _owning_team(path: KeyPath, key: str, organisation: Organisation) -> Iterator[Problem]:
    team = organisation.teams.get(key)
    if team is None or not team.owns:
        yield Problem(path, key, choices(key, [name for name, team in organisation.teams.items() if team.owns]))


def _unknown_each(path: KeyPath, keys: Iterable[str], known: Collection[str]) -> Iterator[Problem]:
    for place, key in enumerate(keys):
        yield from _unknown((*path, place), key, known)


def _unknown(path: KeyPath, key: str | None, known: Collection[str]) -> Iterator[Problem]:
    if key is not None and key not in known:
        yield Problem(path, key, choices(key, known))
