"""Of which teams somebody may read figures: their own, those they lead or manage; admins of all."""

from __future__ import annotations

from collections.abc import Iterator

from complaints.errors import BadInput
from complaints.organisation import Organisation

EVERYTHING = frozenset({"all", "everything", "every team", "all teams"})


def readable(organisation: Organisation, person: str) -> tuple[str, ...]:
    """The keys of the teams whose figures a person may read, in the order of the file."""
    if organisation.is_admin(person):
        return tuple(key for key, team in organisation.teams.items() if team.owns)
    theirs = organisation.teams_of(person)
    below = _below(organisation, person)
    return tuple(
        key
        for key, team in organisation.teams.items()
        if team.owns and (key in theirs or team.lead in below or not below.isdisjoint(team.members))
    )


def refusal(organisation: Organisation, person: str, teams: tuple[str, ...]) -> str | None:
    """None when a person may read figures of these teams (none: of all), else a sentence that says whom to ask."""
    allowed = readable(organisation, person)
    admins = _admins(organisation)
    if not teams:
        return None if organisation.is_admin(person) else f"Digests of everything are for admins; ask {admins}."
    for team in teams:
        if team not in allowed:
            return (
                f"You get digests of teams that you belong to, lead or manage, and {organisation.name(team)} is none "
                f"of them. Ask {admins}, who can put you down for it in golddust.yml."
            )
    return None


def for_nobody(organisation: Organisation) -> str:
    """The sentence for somebody who belongs to no team, leads none and manages nobody."""
    return (
        "Digests are for those who belong to a team that owns complaints, lead it or manage it. "
        f"Ask {_admins(organisation)}, who can put you down for one in golddust.yml."
    )


def named(organisation: Organisation, typed: str) -> tuple[str, ...] | None:
    """The keys of the teams that a text names by key or name; empty for “everything”, None where it names none.

    Names may be parted by commas, “and” or nothing; raises BadInput for a name that no team has.
    """
    words = typed.replace(",", " ").split()
    text = " ".join(words).casefold()
    if not words:
        return None
    if text in EVERYTHING:
        return ()
    return tuple(dict.fromkeys(_teams(organisation, [word for word in words if word.casefold() not in {"and", "&"}])))


def _teams(organisation: Organisation, words: list[str]) -> Iterator[str]:
    by_name = {key: key for key, team in organisation.teams.items() if team.owns}
    by_name |= {
        " ".join(team.name.replace(",", " ").split()).casefold(): key
        for key, team in organisation.teams.items()
        if team.owns
    }
    while words:
        for length in range(min(len(words), 12), 0, -1):
            found = by_name.get(" ".join(words[:length]).casefold())
            if found is not None:
                yield found
                words = words[length:]
                break
        else:
            known = ", ".join(key for key, team in organisation.teams.items() if team.owns)
            raise BadInput(field="teams", reason=f"I know no team “{words[0][:80]}”. There are: {known[:400]}.")


def above(organisation: Organisation, person: str) -> frozenset[str]:
    """Everybody whom a person reports to, directly or through others."""
    found: set[str] = set()
    listed = organisation.person(person)
    while listed is not None and listed.manager is not None and listed.manager not in found:
        found.add(listed.manager)
        listed = organisation.person(listed.manager)
    return frozenset(found)


def functions(organisation: Organisation, person: str) -> tuple[str, ...]:
    """The keys of the functions whose engagement a person may see: their own, those below them, all for admins."""
    if organisation.is_admin(person):
        return tuple(organisation.teams)
    below, theirs = _below(organisation, person), organisation.teams_of(person)
    return tuple(
        key
        for key, team in organisation.teams.items()
        if key in theirs or team.lead in below or not below.isdisjoint(team.members)
    )


def leads(organisation: Organisation, team: str, person: str) -> bool:
    """Whether a person is in charge of what a team has to see to: its lead, whoever is above the lead, an admin."""
    lead = organisation.teams[organisation.in_charge(team)].lead
    return organisation.is_admin(person) or person == lead or person in above(organisation, lead)


def _below(organisation: Organisation, person: str) -> frozenset[str]:
    """Everybody who reports to a person, directly or through others."""
    found: set[str] = set()
    waiting = [person]
    while waiting:
        above = waiting.pop()
        for key, listed in organisation.people.items():
            if listed.manager == above and key not in found and key != person:
                found.add(key)
                waiting.append(key)
    return frozenset(found)


def _admins(organisation: Organisation) -> str:
    return " or ".join(organisation.name(admin) for admin in organisation.organisation.admins[:3])
