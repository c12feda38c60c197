"""The chain that a ticket's timeline hangs on: each event's link covers the event and the link before it.

An event's digest covers who did it and what was said, with a salt of its own; its link covers the digest, not the
words. So words and names can be erased, with their salt, and the links still prove that nothing else was touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from complaints.lifecycle import GOLDDUST, Event, Said

ERASED = "erased"
"""The kind of the event that says which earlier ones were erased, and what is left of them."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a ticket's chain ends: how many events it has, and the link of the last."""

    length: int
    link: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is kept; the salt of an erased one is gone, and one of an older Golddust has no link yet."""

    position: int
    event: Event
    salt: str | None
    digest: str | None
    link: str | None
    erased_at: datetime | None = None


def genesis(workspace: str, ticket: int) -> Head:
    """The end of the chain of a ticket without events, on which the first one hangs."""
    return Head(0, _sha256(_canonical(["golddust timeline", workspace, ticket])))


def digest_of(salt: str, actor: str, data: Said) -> str:
    """The SHA-256, in hexadecimal digits, of a salt and the canonical JSON of who did something and what was said."""
    return _sha256(salt + _canonical([actor, dict(data)]))


def link_of(previous: str, workspace: str, ticket: int, position: int, event: Event, digest: str) -> str:
    """The link of an event, hexadecimal digits, given the link before it; actor and data are in `digest` only."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256(_canonical([previous, workspace, ticket, position, at, event.kind, digest]))


def linked(workspace: str, ticket: int, after: Head, event: Event, salt: str) -> Entry:
    """The entry of the event that comes after the end of a chain."""
    digest, position = digest_of(salt, event.actor, event.data), after.length + 1
    link = link_of(after.link, workspace, ticket, position, event, digest)
    return Entry(position, event, salt, digest, link)


def left_of(erased: Iterable[Entry]) -> str:
    """The SHA-256, in hexadecimal digits, of what is left of erased events, in their order."""
    whole = hashlib.sha256()
    for entry in erased:
        whole.update(_canonical([entry.position, entry.event.actor, dict(entry.event.data)]).encode() + b"\n")
    return whole.hexdigest()


def erasure(entries: Iterable[Entry], at: datetime, why: str) -> Event:
    """The event that says that these entries, all that are erased of a ticket by now, have been."""
    listed = list(entries)
    positions = ",".join(str(entry.position) for entry in listed)
    return Event(ERASED, GOLDDUST, at, {"why": why, "events": positions, "left": left_of(listed)})


def kept(data: Mapping[str, str | int | None]) -> dict[str, str | int | None]:
    """What is stored of an event's data: nothing for what is empty."""
    return {key: value for key, value in data.items() if value not in (None, "")}


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""The JSON text of a value: always the same for the same value."""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
