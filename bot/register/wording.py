"""How the pages write moments, numbers and states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

LONGEST = 160
"""Characters of somebody's words in a list."""


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`Tue 24 Nov 2026 09:30` as the reader's clock shows it."""
    return f"{at.astimezone(zone):%a %-d %b %Y %H:%M}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """`24 Nov 2026`."""
    return f"{at.astimezone(zone):%-d %b %Y}"


def iso(at: datetime) -> str:
    """The moment for programs: ISO 8601 in UTC."""
    return at.isoformat().replace("+00:00", "Z")


def clipped(words: str) -> str:
    """The beginning of somebody's words on one line, with … when there is more."""
    line = " ".join(words[: 4 * LONGEST].split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def counted(count: int) -> str:
    """`1,234`."""
    return f"{count:,}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": moment, "day": day, "iso": iso, "clipped": clipped, "counted": counted,
}  # fmt: skip
