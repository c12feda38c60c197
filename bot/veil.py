"""What people typed in a platform’s payload, masked before the payload is kept on the disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from complaints.privacy import Privacy
from complaints.typed import Cleaning, cleaning

DEEPEST = 50
"""Nothing of a platform’s is nested deeper."""

_ADDRESS = re.compile(r"(<(?:[@#!]|https?:|mailto:)[^<>|]*)")
"""What Slack puts in angle brackets: whom or what is meant, which is told by its letters and digits."""


def veil(privacy: Privacy, *, report: bool) -> Cleaning:
    """What masks the words of a payload: card numbers, and in a report what the file lists too.

    What is asked of Golddust is read first, and what the file lists could be part of it, such as a ticket’s number.
    """
    return cleaning(privacy if report else Privacy())


def under(keys: Collection[str], value: Any, change: Callable[[str], str], depth: int = 0) -> Any:
    """The same JSON, in which each text under one of the keys is changed."""
    if depth > DEEPEST:
        return value
    if isinstance(value, list):
        return [under(keys, one, change, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(one) if key in keys and isinstance(one, str) else under(keys, one, change, depth + 1)
        for key, one in value.items()
    }


def beside_addresses(change: Callable[[str], str]) -> Callable[[str], str]:
    """The same change of Slack’s text, but not of who is mentioned and where its links lead."""

    def changed(text: str) -> str:
        parts = _ADDRESS.split(text)
        return "".join(part if at % 2 else change(part) for at, part in enumerate(parts))

    return changed
