"""How long Slack may take for all that is looked up before a person is answered."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

SECONDS = 2.0
"""For all look-ups of one request together; Slack waits three seconds in all."""

_until: ContextVar[float | None] = ContextVar("until", default=None)


def begin() -> None:
    """From now on the look-ups of this request share their seconds."""
    _until.set(asyncio.get_running_loop().time() + SECONDS)


def end() -> None:
    """Nobody waits any more: each call has its own time again."""
    _until.set(None)


def left(most: float) -> float:
    """The seconds that one look-up may take: `most` of them, or what is left of those that all share."""
    until = _until.get()
    return most if until is None else max(0.0, min(most, until - asyncio.get_running_loop().time()))
