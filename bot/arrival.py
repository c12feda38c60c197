"""What a platform brought, as long as it is dealt with: what tells it from all others, and when it came."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime

from complaints.commands import CaptureComplaint, Command, Comment, KnowAccount
from complaints.guests import is_guest

ONCE = "arrival:"
"""How the keys begin by which a command that was given in a payload is known again."""
_ONCE_ALREADY = (CaptureComplaint, Comment, KnowAccount)
"""Commands that change nothing when they are given again."""


@dataclass(slots=True)
class Arrival:
    """A payload that is being dealt with; `at` is when it came, where it is dealt with later than that.

    `away`: the database was away. `failed`: it broke for a reason of its own. `hindered`: the platform is in the way.
    `by_notice`: a notice tells the reporter, so that the answer need not.
    """

    key: str
    at: datetime | None = None
    away: bool = False
    failed: str = ""
    hindered: bool = False
    by_notice: bool = False
    _given: Counter[str] = field(default_factory=Counter)

    @property
    def replayed(self) -> bool:
        """Whether it comes from the spool, so that nobody waits for the answer."""
        return self.at is not None

    def once(self, command: Command) -> str | None:
        """The key of a command by which it is known again when the same payload comes again; None where it is anyway.

        It counts the commands of a kind, since a press may give several.
        """
        if isinstance(command, _ONCE_ALREADY):
            return None
        kind = type(command).__name__
        self._given[kind] += 1
        return f"{ONCE}{self.key}:{kind}:{self._given[kind]}"

    def fitted(self, command: Command) -> Command:
        """The command as it is given later: nobody reads the answer of the platform, so a notice has to tell.

        No notice reaches a guest: they are answered late.
        """
        if not self.replayed or not isinstance(command, CaptureComplaint) or is_guest(command.actor):
            return command
        return replace(command, answered_at_once=False)


_here: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


def here() -> Arrival | None:
    """The payload that is being dealt with, where payloads can be kept for later; else None."""
    return _here.get()


def moment(now: datetime) -> datetime:
    """When what is dealt with came: `now`, or earlier where it had to wait for the database."""
    arrival = _here.get()
    return arrival.at if arrival is not None and arrival.at is not None else now


@contextmanager
def dealing(arrival: Arrival) -> Iterator[None]:
    """Deal with a payload."""
    token = _here.set(arrival)
    try:
        yield
    finally:
        _here.reset(token)


def key_of(*parts: object) -> str:
    """What tells a payload from all others, from what the platform says of it; short, and without anybody's words."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode("utf-8", "replace")).hexdigest()[:40]
