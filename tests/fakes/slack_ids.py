"""Ids for payloads, counted up so that runs repeat, and timestamps made from a given time."""

from __future__ import annotations

from datetime import datetime
from itertools import count

_numbers = count(1)


def next_id(prefix: str) -> str:
    """Return an id such as "Ev00000012" that no other payload of this run has."""
    return f"{prefix}{next(_numbers):08d}"


def next_ts(at: datetime) -> str:
    """Return a Slack timestamp within the second of `at` that no other payload of this run has."""
    return f"{int(at.timestamp())}.{next(_numbers) % 10_000 * 100:06d}"


def epoch(at: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(at.timestamp())
