"""Who reports, who is answered and who is silent: by function, never by person, never in an order of figures.

A function is where customers meet us: the team of whoever reports. Groups of fewer than three people are told together,
so that no figure is one person's; a silence is judged against the function's own usual rate, so that small ones are not
blamed for chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from complaints.organisation import Organisation

FEW = 3
"""Groups of fewer people than this are told together."""
SILENT_FOR = timedelta(days=28)
USUAL_FROM = timedelta(weeks=26)
"""So long before the silence it is looked what is usual."""
CHANCE = 0.01
"""Silence is one only where chance alone brings it less often than this (Poisson: 4.6 expected or more)."""


class Reported(NamedTuple):
    """One complaint: who reported it, whether acknowledged in time (None: not due yet), and what became of it."""

    reporter: str
    acknowledged: bool | None
    told: bool
    team: str = ""
    """The team that owns it."""
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing came for 28 days, where so many were to be expected; `ever` says whether anything ever did before."""

    expected: float
    ever: bool


@dataclass(frozen=True, slots=True)
class Function:
    """The figures of one function, or of several small ones together; `due` are those that had to be acknowledged.

    Figures of fewer than three people are withheld: then `withheld` is true and they are 0.
    """

    keys: tuple[str, ...]
    people: int
    reporters: int = 0
    complaints: int = 0
    acknowledged: int = 0
    due: int = 0
    told: int = 0
    silence: Silence | None = None
    others: int = 0
    """How many of its people the file does not list: they are known by what they reported alone."""
    withheld: bool = False

    @property
    def together(self) -> bool:
        """Whether it stands for several small groups."""
        return len(self.keys) != 1 or self.others > 0


@dataclass(frozen=True, slots=True)
class Engagement:
    """All functions in the order of the file, the small ones together at the end; `total` is of all of them."""

    functions: tuple[Function, ...]
    total: Function


@dataclass(frozen=True, slots=True)
class Past:
    """How many each reporter reported in the last 28 days, and in `days` days before them."""

    recent: Mapping[str, int]
    usual: Mapping[str, int]
    days: float


def engagement(
    organisation: Organisation, keys: Iterable[str], reported: Iterable[Reported], past: Past, *, others: bool
) -> Engagement:
    """The figures of these functions; with `others` also of reporters in none."""
    wanted = dict.fromkeys(keys)
    members = _members(organisation, wanted)
    by_function: dict[str, list[Reported]] = {key: [] for key in (*wanted, "")}
    for one in reported:
        key = organisation.touchpoint(one.reporter)
        if key in wanted or (others and not key):
            by_function[key].append(one)
    large = [key for key in wanted if len(members[key]) >= FEW]
    small = [key for key in wanted if key not in large]
    strangers = {one.reporter for one in by_function[""]}
    while (small or strangers) and large and sum(len(members[key]) for key in small) + len(strangers) < FEW:
        # Else what is left when the others are taken from the total would be one person's.
        small.append(large.pop(large.index(min(large, key=lambda key: len(members[key])))))
    shown = [_function((key,), members, by_function[key], set(), organisation, past) for key in large]
    if small or strangers:
        rest = [one for key in (*small, "") for one in by_function[key]]
        shown.append(_function(tuple(small), members, rest, strangers, organisation, past))
    return Engagement(tuple(shown), _total(shown))


def expected(organisation: Organisation, key: str, past: Past) -> Silence | None:
    """How many a function was to report in the last 28 days; None where it reported, is small, or too little is known.

    It is judged by its own rate; one that only reports and never did by what people everywhere report.
    """
    people = _members(organisation, [key])[key]
    # Of fewer than three people a digest would tell what one of them did not do.
    if len(people) < FEW or past.days < SILENT_FOR.days or any(past.recent.get(person) for person in people):
        return None
    share = SILENT_FOR.days / past.days
    own = sum(past.usual.get(person, 0) for person in people)
    if own:
        return _silence(own * share, ever=True)
    if organisation.teams[key].owns:
        return None
    everybody = sum(past.usual.values())
    return _silence(everybody * share * len(people) / max(1, len(organisation.people)), ever=False)


def _silence(mean: float, *, ever: bool) -> Silence | None:
    return Silence(mean, ever) if math.exp(-mean) < CHANCE else None


def _function(
    keys: tuple[str, ...], members: Mapping[str, list[str]], reported: list[Reported], strangers: set[str],
    organisation: Organisation, past: Past,
) -> Function:  # fmt: skip
    people = sum(len(members[key]) for key in keys) + len(strangers)
    if people < FEW:
        return Function(keys, people, others=len(strangers), withheld=True)
    due = [one for one in reported if one.acknowledged is not None]
    silence = expected(organisation, keys[0], past) if len(keys) == 1 and not strangers else None
    return Function(
        keys, people, reporters=len({one.reporter for one in reported}), complaints=len(reported),
        acknowledged=sum(one.acknowledged is True for one in due), due=len(due),
        told=sum(one.told for one in reported), silence=silence, others=len(strangers),
    )  # fmt: skip


def _members(organisation: Organisation, keys: Iterable[str]) -> dict[str, list[str]]:
    """The people of each function; everybody is of one only."""
    found: dict[str, list[str]] = {key: [] for key in keys}
    for person in organisation.people:
        key = organisation.touchpoint(person)
        if key in found:
            found[key].append(person)
    return found


def _total(shown: Iterable[Function]) -> Function:
    counted = list(shown)
    return Function(
        tuple(key for one in counted for key in one.keys), people=sum(one.people for one in counted),
        reporters=sum(one.reporters for one in counted), complaints=sum(one.complaints for one in counted),
        acknowledged=sum(one.acknowledged for one in counted), due=sum(one.due for one in counted),
        told=sum(one.told for one in counted), others=sum(one.others for one in counted),
        withheld=all(one.withheld for one in counted),
    )  # fmt: skip
