"""The only place that reads a clock."""

from __future__ import annotations

import asyncio
import time
from bisect import insort
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells what time it is for Golddust."""

    def now(self) -> datetime:
        """The present moment in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until somebody moves it; the playground's and the tests'."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment the clock stands at."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Let the clock stand at a later moment; raises ValueError for an earlier one."""
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now} and can’t go back to {moment}")
        self._now = moment

    def advance(self, **amount: float) -> None:
        """Move the clock on, for example by `hours=3`."""
        self.move_to(self._now + timedelta(**amount))


FURTHER, NEARER, FURTHEST = 1.5, 0.98, 8
"""What a refusal multiplies the distance between messages by, what each message after it does, and by how much at most.
"""


class Pacer:
    """Keeps messages to one conversation a real interval apart, and those to all of them, as platforms' limits ask.

    The limit of all is shared with other processes, of which it knows only that a platform refuses what it gives it:
    then it leaves them room.
    """

    def __init__(self, seconds: float, together: int | None = None) -> None:
        """`together` is how many go to all conversations in so many seconds; None for any number."""
        self._seconds = seconds
        self._apart = self._least = seconds / together if together else 0.0
        self._refused_at = 0.0
        self._taken: list[float] = []
        self._free_at: dict[str, float] = {}
        self._held: dict[str, datetime] = {}

    async def turn(self, conversation: str) -> None:
        """Return when the next message to this conversation may go; one that waits long leaves the time to others."""
        now = time.monotonic()
        free = self._gap(max(self._free_at.get(conversation, now), now), now)
        self._free_at[conversation] = free + self._seconds
        if len(self._free_at) > 10_000:
            self._free_at = {key: at for key, at in self._free_at.items() if at > now}
        if free > now:
            await asyncio.sleep(free - now)

    def _gap(self, earliest: float, now: float) -> float:
        """The first moment that keeps its distance from all that are taken, which it is from now on."""
        if not self._apart:
            return earliest
        self._taken = [taken for taken in self._taken if taken + self._apart > now]
        found = earliest
        for taken in self._taken:
            if taken - found >= self._apart:
                break
            found = max(found, taken + self._apart)
        insort(self._taken, found)
        self._apart = max(self._least, self._apart * NEARER)
        return found

    def refused(self) -> None:
        """Keep all further apart for a while, since their platform found them too many; once for those of a moment."""
        now = time.monotonic()
        if now - self._refused_at >= self._seconds:
            self._apart, self._refused_at = min(self._apart * FURTHER, self._least * FURTHEST), now

    def hold(self, conversation: str, until: datetime) -> None:
        """Let nothing go to this conversation until a moment, because its platform asked for a pause."""
        self._held[conversation] = max(until, self._held.get(conversation, until))

    def held(self, conversation: str, at: datetime) -> datetime | None:
        """Until when nothing may go to this conversation; None when something may go as of `at`."""
        self._held = {key: until for key, until in self._held.items() if until > at}
        return self._held.get(conversation)
