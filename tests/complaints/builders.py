"""A small organisation and its tickets, for tests of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from complaints import lifecycle
from complaints.assignment import Load, assign
from complaints.conditions import Facts
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.routing import route
from complaints.ticket import Blocked, Promise, Resolution, Source, Ticket

_FILE: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "golddust.yml").read_text(encoding="utf-8"))


def moment(text: str, zone: str = "Europe/London") -> datetime:
    """The UTC moment at which the wall clock of a zone shows `text` (the first time that it does)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


MONDAY = moment("2026-11-23 09:00")


def organisation(**changes: Any) -> Organisation:
    """The test organisation with some of its parts changed; mappings are merged, everything else is replaced."""
    return Organisation.model_validate(_merged(_FILE, changes))


def written(path: Path, **changes: Any) -> Path:
    """The path, after a golddust.yml with these changes was written there."""
    path.write_text(yaml.safe_dump(_merged(_FILE, changes), sort_keys=False), encoding="utf-8")
    return path


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[key] = _merged(before, value) if both else value
    return merged


def said(words: str = "The card payment was taken twice", **more: Any) -> Facts:
    """What the rules can look at in a complaint."""
    return Facts(words, **more)


def a_ticket(
    words: str = "The card payment was taken twice",
    *,
    at: datetime = MONDAY,
    presence: Presence | None = None,
    number: int = 1,
    reporter: str = "sam",
    **facts: Any,
) -> Ticket:
    """A new ticket, routed and assigned; with the default words it is Dana's, of Payments."""
    presence = presence or Presence(organisation())
    routing = route(presence.organisation, said(words, **facts))
    assignment = assign(presence, routing.team, Load({}), at)
    source = Source("pigeon", "w", "person:sam", str(number))
    return lifecycle.captured(number, words, source, reporter, at, routing, assignment, presence).ticket


FIXED = Resolution("Refunded", "a double booking", "You have your money back")
BY_OPERATIONS = Blocked("team", "app", "needs a release")


def until(text: str) -> Promise:
    """A promise of a date."""
    return Promise(moment(text))
