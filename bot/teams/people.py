"""Whom a form offers to choose from, as far as there is room for them in a card."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from bot.teams.text import one_line
from complaints.organisation import Organisation

Choices = tuple[tuple[str, str], ...]
NAME = 80


def colleagues(organisation: Organisation, near: str, room: int) -> Choices:
    """(name, key) of everybody in the file, in the order of names; those of the team `near` first to be kept."""
    twice = Counter(person.name.casefold() for person in organisation.people.values())
    named = [
        (f"{_short(person.name)} ({key})" if twice[person.name.casefold()] > 1 else _short(person.name), key)
        for key, person in organisation.people.items()
    ]
    return _kept(sorted(named, key=lambda one: near not in organisation.teams_of(one[1])), room)


def teams(organisation: Organisation, room: int, *, owning: bool = False) -> Choices:
    """(name, key) of the teams, or of those that take complaints, in the order of names."""
    listed = ((_short(team.name), key) for key, team in organisation.teams.items() if team.owns or not owning)
    return _kept(listed, room)


def complete(organisation: Organisation, people: Choices, groups: Choices, *, owning: bool = False) -> bool:
    """Whether these choices are all that there are."""
    wanted = sum(1 for team in organisation.teams.values() if team.owns or not owning)
    return len(people) == len(organisation.people) and len(groups) == wanted


def named(organisation: Organisation, typed: str) -> tuple[str | None, str | None]:
    """(person, team) whose key, name or e-mail this is, whatever its case; (None, None) for nobody or several."""
    wanted = " ".join(typed.removeprefix("@").split()).casefold()
    person = organisation.with_email(wanted) or (wanted if wanted in organisation.people else None)
    team = wanted if wanted in organisation.teams else None
    if person or team:
        return (person, None) if person else (None, team)
    people = [key for key, one in organisation.people.items() if one.name.casefold() == wanted]
    groups = [key for key, one in organisation.teams.items() if one.name.casefold() == wanted]
    if len(people) + len(groups) != 1:
        return None, None
    return (people[0], None) if people else (None, groups[0])


def _kept(found: Iterable[tuple[str, str]], room: int) -> Choices:
    kept = []
    for name, key in found:
        room -= len(json.dumps({"title": name, "value": key}, ensure_ascii=False))
        if room < 0:
            break
        kept.append((name, key))
    return tuple(sorted(kept, key=lambda one: one[0].casefold()))


def _short(name: str) -> str:
    return one_line(name, NAME) or "–"
