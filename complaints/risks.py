"""The risk register: problems, signals and what people foresee, as likelihood × impact; kept up by a stated rule.

Source: the common 5×5 register of project managers (ISO 31000: likelihood, consequence, treatment, owner, review).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from complaints import scopes
from complaints.errors import BadInput
from complaints.lifecycle import GOLDDUST
from complaints.organisation import Organisation
from complaints.severity import Severity
from complaints.words import storable

RiskSource = Literal["problem", "alarm", "person"]
Trend = Literal["rising", "steady", "falling"]
RiskState = Literal["open", "watched", "closed"]

QUARTER = timedelta(days=91)
RECENT = timedelta(days=28)
OFTEN: Final = (2, 4, 10, 30)
"""From so many complaints a quarter on the likelihood is 2, 3, 4 and 5; below that it is 1."""
MANY_CUSTOMERS = 10
"""From so many different customers on the impact is one higher."""
NEXT_LOOK = timedelta(days=28)
CHANCE = 0.05
"""A trend is one only where chance alone makes such a difference less often than this."""
MOST_KEPT = 100
"""So many changes of a risk are remembered."""
LONGEST = 500
_IMPACT: Final[Mapping[Severity, int]] = {
    Severity.LOW: 1, Severity.NORMAL: 2, Severity.HIGH: 3, Severity.CRITICAL: 4,
}  # fmt: skip
EDITABLE: Final = ("title", "likelihood", "impact", "owner", "mitigation", "next_look", "state")
"""What a person may set."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Who changed what of a risk, when, from what to what."""

    at: datetime
    who: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One line of the register; `key` says what it is about, so that the same thing is one risk only.

    `mitigation` is words, or an action such as C-50. `decided` names the fields that a person has set.
    """

    number: int = 0
    version: int = 0
    source: RiskSource
    key: str
    team: str
    title: str
    likelihood: int
    impact: int
    trend: Trend = "steady"
    owner: str | None = None
    mitigation: str = ""
    next_look: date
    state: RiskState = "open"
    problem: int | None = None
    decided: frozenset[str] = frozenset()
    history: tuple[Changed, ...] = ()
    opened_at: datetime
    changed_at: datetime

    @property
    def ref(self) -> str:
        """What people call it, such as R-7."""
        return f"R-{self.number}"

    @property
    def exposure(self) -> int:
        """Likelihood × impact, 1 to 25."""
        return self.likelihood * self.impact


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the bot knows of a risk: how often in the quarter, the worst of it, whom it met, and how it goes.

    `recent` and `before` are the complaints of the last 28 days and of the 28 days before; `live` says that its problem
    is open, or its signal stands.
    """

    quarter: int
    severities: tuple[Severity, ...] = ()
    customers: int = 0
    regulated: bool = False
    recent: int = 0
    before: int = 0
    live: bool = True
    mitigation: str = ""
    """The action that is taken against it, if one is."""

    @property
    def quiet(self) -> bool:
        """Whether nothing is at work on it, and nothing has come of it for 28 days (or is beyond what is usual)."""
        return not self.live and self.recent == 0


def may_read(organisation: Organisation, team: str, person: str) -> bool:
    """Whether a person may see a team's risks: who may read its figures, or is in charge of it."""
    return team in scopes.readable(organisation, person) or scopes.leads(organisation, team, person)


def likelihood(quarter: int) -> int:
    """1 to 5, by how many complaints came in the last 91 days: 0–1, 2–3, 4–9, 10–29, 30 or more."""
    return 1 + sum(quarter >= limit for limit in OFTEN)


def impact(severities: Iterable[Severity], customers: int, *, regulated: bool) -> int:
    """1 to 5: 1 to 4 by the worst severity, one more from ten customers on, one more under a regulator's clock."""
    worst = max((_IMPACT[one] for one in severities), default=_IMPACT[Severity.NORMAL])
    return min(5, worst + (customers >= MANY_CUSTOMERS) + regulated)


def trend(recent: int, before: int) -> Trend:
    """Whether two stretches of the same length differ by more than chance (binomial, one side, 5 %)."""
    total = recent + before
    most = max(recent, before)
    tail = sum(math.comb(total, count) for count in range(most, total + 1)) / 2**total
    if recent == before or tail >= CHANCE:
        return "steady"
    return "rising" if recent > before else "falling"


def kept_up(risk: Risk, known: Evidence, at: datetime) -> Risk:
    """The risk as what is known by now makes it; what a person has set stays as they set it.

    It closes once its problem is closed and nothing came for 28 days, or its signal stands no longer, and opens again
    when it comes back. A person who closed it while it went on is believed until it has been quiet.
    """
    proposed: dict[str, int | str] = {
        "likelihood": likelihood(known.quarter),
        "impact": impact(known.severities, known.customers, regulated=known.regulated),
    }
    if known.mitigation:
        proposed["mitigation"] = known.mitigation
    if known.quiet and risk.state == "closed":
        risk = replace(risk, decided=risk.decided - {"state"})
    elif known.quiet:
        proposed["state"] = "closed"
    elif risk.state == "closed":
        proposed["state"] = "open"
    wanted = {name: value for name, value in proposed.items() if name not in risk.decided}
    return _changed(replace(risk, trend=trend(known.recent, known.before)), wanted, GOLDDUST, at)


def edited(risk: Risk, who: str, at: datetime, wanted: Mapping[str, str], people: Iterable[str]) -> Risk:
    """The risk as a person wants it, each field as it was typed; raises BadInput that names the field.

    Of what is left as it was nothing is decided, so that the bot goes on keeping it up.
    """
    read = {name: _read(name, wanted[name], people) for name in EDITABLE if name in wanted}
    changed = _changed(risk, read, who, at)
    theirs = {one.what for one in changed.history[len(risk.history) :]} if changed is not risk else set()
    new = {name for name in read if getattr(changed, name) != getattr(risk, name)}
    return replace(changed, decided=risk.decided | new | theirs)


def worn(risk: Risk) -> Risk:
    """The risk without its words and its history; dates and figures stay."""
    return replace(risk, title="", mitigation="", history=(), decided=risk.decided - {"title", "mitigation"})


def proposed_by(
    who: str, at: datetime, team: str, wanted: Mapping[str, str], people: Iterable[str], today: date
) -> Risk:
    """A new risk that a person foresees; its key is set when it gets its number."""
    blank = Risk(
        source="person", key="", team=team, title="", likelihood=3, impact=3, owner=who, next_look=today + NEXT_LOOK,
        opened_at=at, changed_at=at,
    )  # fmt: skip
    found = edited(blank, who, at, {"title": "", **wanted}, people)
    return replace(found, decided=frozenset(EDITABLE), history=())


def _changed(risk: Risk, wanted: Mapping[str, object], who: str, at: datetime) -> Risk:
    new = {name: value for name, value in wanted.items() if getattr(risk, name) != value}
    if not new:
        return risk
    lines = tuple(Changed(at, who, name, _said(getattr(risk, name)), _said(value)) for name, value in new.items())
    kept = (*risk.history, *lines)[-MOST_KEPT:]
    changes: dict[str, object] = {**new, "history": kept, "changed_at": at}
    return replace(risk, **changes)  # type: ignore[arg-type]


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _read(name: str, typed: str, people: Iterable[str]) -> int | str | date | None:
    text = storable(typed).strip()
    match name:
        case "likelihood" | "impact":
            if text not in {"1", "2", "3", "4", "5"}:
                raise BadInput(field=name, reason="Pick a number from 1 to 5.")
            return int(text)
        case "owner":
            if text and text not in set(people):
                raise BadInput(field=name, reason="Pick a colleague from the list.")
            return text or None
        case "next_look":
            return _day(text)
        case "state":
            if text not in get_args(RiskState):
                raise BadInput(field=name, reason="Pick open, watched or closed.")
            return text
        case "title" if not text:
            raise BadInput(field=name, reason="Say in a few words what could happen.")
    if len(text) > LONGEST:
        raise BadInput(field=name, reason=f"Please keep it under {LONGEST} characters.")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(field="next_look", reason="Pick a day, such as 2026-12-31.") from None


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many open risks there are by likelihood and impact, each 1 to 5."""

    counts: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def at(self, likelihood: int, impact: int) -> int:
        """How many in one cell."""
        return self.counts.get((likelihood, impact), 0)


def matrix(risks: Iterable[Risk]) -> Matrix:
    """The matrix of those that are not closed."""
    counts: dict[tuple[int, int], int] = {}
    for risk in risks:
        if risk.state != "closed":
            cell = (risk.likelihood, risk.impact)
            counts[cell] = counts.get(cell, 0) + 1
    return Matrix(counts)
