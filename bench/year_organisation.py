"""The organisation of the simulated year: 200 people in six time zones, 20 teams, holidays and leave."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import yaml

YEAR: Final = 2026
ZONES: Final = {
    "london": ("Europe/London", "GB-ENG", "mon-fri"),
    "berlin": ("Europe/Berlin", "DE-BE", "mon-fri"),
    "newyork": ("America/New_York", "US-NY", "mon-fri"),
    "sanfrancisco": ("America/Los_Angeles", "US-CA", "mon-fri"),
    "mumbai": ("Asia/Kolkata", "IN-MH", "mon-fri"),
    "tokyo": ("Asia/Tokyo", "JP", "mon-fri"),
}
CATEGORIES: Final = (
    "payment", "card", "login", "loan", "mortgage", "statement", "fee", "address", "fraud-check", "transfer",
    "savings", "insurance", "branch",
)  # fmt: skip
ASSIGN: Final = ("round-robin", "least-loaded", "owner", "on-call")
FRONTLINE: Final = 113
BACK_OFFICE: Final = 80
"""With one manager in each zone and the head of all they are 200."""


@dataclass(frozen=True, slots=True)
class Company:
    """The file, and who hears the complaints."""

    document: str
    reporters: tuple[str, ...]


def company(seed: int) -> Company:
    """The organisation; who is on leave when depends on the seed."""
    chance = random.Random(f"company {seed}")  # noqa: S311 - a simulation
    zones = list(ZONES)
    people: dict[str, Any] = {"head": _person("head", "london", None, None, chance)}
    for zone in zones:
        people[f"manager-{zone}"] = _person(f"manager-{zone}", zone, "head", None, chance)
    teams: dict[str, Any] = {}
    staff = [f"owner-{number}" for number in range(BACK_OFFICE)]
    for index, key in enumerate((*CATEGORIES, "triage")):
        members = staff[index :: len(CATEGORIES) + 1]
        zone = zones[index % len(zones)]
        for place, member in enumerate(members):
            people[member] = _person(member, zone, f"manager-{zone}", members[place - 1], chance)
        teams[key] = _team(key, members, zone, ASSIGN[index % len(ASSIGN)])
    reporters = [f"reporter-{number}" for number in range(FRONTLINE)]
    for index, zone in enumerate(zones):
        here = reporters[index :: len(zones)]
        for reporter in here:
            people[reporter] = _person(reporter, zone, f"manager-{zone}", None, chance)
        teams[f"branches-{zone}"] = {
            "name": f"Branches {zone}", "lead": f"manager-{zone}", "members": here, "owns": False, "calendar": zone,
        }  # fmt: skip
    return Company(yaml.safe_dump(_document(people, teams), sort_keys=False), tuple(reporters))


def _document(people: dict[str, Any], teams: dict[str, Any]) -> dict[str, Any]:
    calendars = {
        key: {"time_zone": zone, "hours": {days: "09:00-17:30"}, "holidays": holidays}
        for key, (zone, holidays, days) in ZONES.items()
    }
    return {
        "organisation": {
            "name": "Harbour Bank", "time_zone": "Europe/London", "admins": ["head"], "triage": "triage",
            "calendar": "london",
        },
        "people": people,
        "teams": teams,
        "calendars": calendars,
        "severity": {
            "default": "normal",
            "rules": [
                {"when": {"words": ["emergency"]}, "severity": "critical"},
                {"when": {"words": ["angry"]}, "severity": "high"},
                {"when": {"words": ["by the way"]}, "severity": "low"},
            ],
        },
        "routes": [{"name": key, "when": {"words": [key]}, "team": key, "category": key} for key in CATEGORIES],
    }  # fmt: skip


def _person(key: str, zone: str, manager: str | None, deputy: str | None, chance: random.Random) -> dict[str, Any]:
    place, holidays, _ = ZONES[zone]
    listed: dict[str, Any] = {
        "name": key.replace("-", " ").title(), "email": f"{key}@bank.example", "time_zone": place,
        "holidays": holidays, "away": _leave(chance),
    }  # fmt: skip
    given = {"manager": manager, "deputy": deputy if deputy != key else None}
    return {**listed, **{name: value for name, value in given.items() if value}}


def _leave(chance: random.Random) -> list[dict[str, Any]]:
    """Two or three weeks off, anywhere in the year."""
    starts = sorted(chance.sample(range(0, 50), chance.choice((2, 3))))
    firsts = [date(YEAR, 1, 5) + timedelta(weeks=week) for week in starts]
    return [{"from": first, "until": first + timedelta(days=4)} for first in firsts]


def _team(key: str, members: list[str], zone: str, assign: str) -> dict[str, Any]:
    team: dict[str, Any] = {
        "name": key.title(), "lead": members[0], "members": members, "assign": assign, "calendar": zone,
        "channel": f"C0{key.replace('-', '').upper()}",
    }  # fmt: skip
    if assign == "owner":
        team["owner"] = members[1]
    if assign == "on-call":
        team["rota"] = {"people": members, "starts": date(YEAR, 1, 5)}
    return team
