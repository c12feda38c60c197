"""What a person has chosen for themselves: when their bundle comes, on which platform, and how early."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Literal

from complaints.calendars import DAYS, Calendar, Hours

Platform = Literal["slack", "teams"]
PLATFORMS: dict[Platform, str] = {"slack": "Slack", "teams": "Teams"}
"""The platforms that one can choose between, by what people call them."""

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preference:
    """What one person chose in chat; None leaves it to golddust.yml.

    With `early` False they get no reminder before a clock has run out.
    """

    person: str
    bundle_at: time | None = None
    platform: Platform | None = None
    early: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's settings as they are in force; `platforms` are those on which they have an account."""

    bundle_at: time
    hours: str
    zone: str
    platforms: tuple[Platform, ...]
    platform: Platform | None
    early: bool

    @property
    def can_choose(self) -> bool:
        """Whether there is more than one platform to choose from."""
        return len(self.platforms) > 1


def time_typed(text: str) -> time | None:
    """The local time that somebody typed, such as 8:30, 08:30, 15 or 3pm; None for what is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def in_hours(calendar: Calendar, wanted: time) -> bool:
    """Whether a local time is within the working hours of at least one day of the week."""
    minute = wanted.hour * 60 + wanted.minute
    return any(window.start_minute <= minute < window.end_minute for day in calendar.hours for window in day)


def spoken_hours(hours: Hours) -> str:
    """Weekly hours in words: “mon-fri 09:00-17:00, sat 10:00-14:00”."""
    week = zip(DAYS, hours, strict=True)
    said = []
    for windows, days in groupby(week, key=lambda one: one[1]):
        names = [name for name, _ in days]
        span = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        if windows:
            said.append(f"{span} {' and '.join(map(str, windows))}")
    return ", ".join(said)
