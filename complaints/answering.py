"""Who answers: by the team that owns the complaints, in the order of the file, never by person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.engagement import FEW, Reported
from complaints.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Answering:
    """What became of the complaints that one team got; `due` are those that had to be acknowledged.

    Figures of a team of fewer than three people are withheld: then `withheld` is true and they are 0.
    """

    key: str
    people: int
    complaints: int = 0
    acknowledged: int = 0
    due: int = 0
    resolved: int = 0
    told: int = 0
    withheld: bool = False


def answering(organisation: Organisation, keys: Iterable[str], reported: Iterable[Reported]) -> tuple[Answering, ...]:
    """The figures of those of these teams that own complaints."""
    by_team: dict[str, list[Reported]] = {key: [] for key in keys if organisation.teams[key].owns}
    for one in reported:
        if one.team in by_team:
            by_team[one.team].append(one)
    return tuple(_team(organisation, key, theirs) for key, theirs in by_team.items())


def _team(organisation: Organisation, key: str, theirs: list[Reported]) -> Answering:
    team = organisation.teams[key]
    people = len({team.lead, *team.members})
    if people < FEW:
        return Answering(key, people, withheld=True)
    return Answering(
        key, people, complaints=len(theirs), acknowledged=sum(one.acknowledged is True for one in theirs),
        due=sum(one.acknowledged is not None for one in theirs), resolved=sum(one.resolved for one in theirs),
        told=sum(one.told for one in theirs),
    )  # fmt: skip
