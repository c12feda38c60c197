"""How long a ticket will take, predicted from how long such tickets took.

What is predicted is the working time of the team's calendar from the capture to the resolution that lasted. The time
in which a ticket was blocked or promised counts: the customer waits through it as well, and a reminder that comes early
is what finds the blocker early. A ticket that changed hands counts for the team that has it in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from complaints.amounts import spoken_pair
from complaints.calendars import Calendar, between, shift
from complaints.clocks import counting
from complaints.survival import Wait, quantile
from complaints.ticket import Clock

WINDOW = timedelta(days=180)
"""Only complaints captured so lately are learnt from."""
LEARN_FROM = 30
"""How many resolved tickets it takes before a forecast speaks."""
EARLIEST = 0.1
"""No reminder is moved ahead of this share of the clock."""

Scope = Literal["category and team", "category", "team", "organisation"]
Key = tuple[str, str]
"""A team and a category; an empty one stands for any."""

_SUCH: dict[Scope, str] = {
    "category and team": "tickets like this",
    "category": "tickets of this category",
    "team": "this team’s tickets",
    "organisation": "tickets here",
}


@dataclass(frozen=True, slots=True)
class Spell:
    """One ticket of the past: when it was captured and, unless it is still open, resolved."""

    captured_at: datetime
    resolved_at: datetime | None
    team: str
    category: str | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Half of such tickets were resolved within `median`, four in five within `p80`; learnt `of` so many resolved."""

    median: timedelta
    p80: timedelta
    of: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What is known of how long tickets take, by team and category; `resolved` is how many there were in all."""

    known: Mapping[Key, Forecast] = field(default_factory=dict)
    resolved: int = 0

    def of(self, team: str, category: str | None) -> Forecast | None:
        """The forecast for a ticket: its category in its team, else its category, its team, or everybody's; or None."""
        if not self.known:
            return None
        found = (self.known.get(key) for key in _keys(team, category))
        return next((forecast for forecast in found if forecast is not None), None)


def scope_of(key: Key) -> Scope:
    """What a key stands for."""
    team, category = key
    if category:
        return "category and team" if team else "category"
    return "team" if team else "organisation"


def forecasts(
    history: Iterable[Spell], calendar_of: Callable[[str], Calendar], now: datetime, learn_from: int = LEARN_FROM
) -> Forecasts:
    """What the tickets captured in the last 180 days teach; a scope with fewer than `learn_from` resolved is silent.

    Tickets that are still open are not left out, because the slow ones are among them: they count as taking longer
    than they have so far (Kaplan-Meier; with none open, median and p80 are nearest ranks). A scope is silent too while
    so many are open that its p80 can't be known; then a wider one answers, and its name says so.
    """
    waits: dict[Key, list[Wait]] = {}
    for spell in history:
        if now - WINDOW <= spell.captured_at <= now:
            wait = _wait(spell, calendar_of(spell.team), now)
            for key in set(_keys(spell.team, spell.category)):
                waits.setdefault(key, []).append(wait)
    found = {key: _forecast(scope_of(key), several, learn_from) for key, several in waits.items()}
    resolved = sum(wait.over for wait in waits.get(("", ""), ()))
    return Forecasts({key: forecast for key, forecast in found.items() if forecast is not None}, resolved)


def first_reminder_at(
    clock: Clock, calendar: Calendar, forecast: Forecast | None, usual: datetime | None = None
) -> datetime | None:
    """When the first reminder goes out ahead of its `usual` moment (half of the clock); None where it does not move.

    It moves when one in five such tickets takes longer than what is then left of the clock to resolve: to the last
    moment that leaves four in five enough time, but not before a tenth of the clock has passed. A ticket that was
    reopened is not judged by how long a first resolution takes.
    """
    if forecast is None or clock.name != "resolve" or clock.run != 1 or not clock.running:
        return None
    counted = counting(clock, calendar)
    table = usual if usual is not None else shift(counted, clock.due_at, -clock.length / 2)
    earliest = shift(counted, clock.due_at, -clock.length * (1 - EARLIEST))
    moved = max(earliest, shift(calendar, clock.due_at, -forecast.p80))
    return moved if moved < table else None


def because(forecast: Forecast, calendar: Calendar) -> str:
    """Why a reminder comes early, in a clause: “tickets like this take 2 working days (1 in 5 over 4), …”."""
    half, most = spoken_pair(forecast.median, forecast.p80, calendar)
    return f"{_SUCH[forecast.scope]} take {half} (1 in 5 over {most}), so I ask early"


def usually(forecast: Forecast, calendar: Calendar) -> str:
    """The prediction in a few words: “usually done in 2 working days, 4 in 5 within 4”."""
    half, most = spoken_pair(forecast.median, forecast.p80, calendar)
    return f"usually done in {half}, 4 in 5 within {most}"


def _keys(team: str, category: str | None) -> tuple[Key, ...]:
    """The keys that speak for a ticket, the narrowest first."""
    narrow = ((team, category), ("", category)) if category else ()
    return (*narrow, (team, ""), ("", ""))


def _wait(spell: Spell, calendar: Calendar, now: datetime) -> Wait:
    over = spell.resolved_at is not None and spell.resolved_at <= now
    return Wait(between(calendar, spell.captured_at, spell.resolved_at if over and spell.resolved_at else now), over)


def _forecast(scope: Scope, waits: list[Wait], learn_from: int) -> Forecast | None:
    resolved = sum(wait.over for wait in waits)
    if resolved < learn_from:
        return None
    median, p80 = quantile(waits, 0.5), quantile(waits, 0.8)
    return Forecast(median, p80, resolved, scope) if median is not None and p80 is not None else None
