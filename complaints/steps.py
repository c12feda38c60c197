"""The keys of nudging steps, such as `resolve.1:50%:remind`, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from complaints.ticket import ClockName

_KEY = re.compile(r"([a-z]+)\.(\d+):(\d+%|\+\d+[mhdw]|again)(?:-\d+)?:(remind|deputy|lead|manager)((?::instead)*)")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}
_CLOCKS = get_args(ClockName)


@dataclass(frozen=True, slots=True)
class StepKey:
    """One step: of which clock and which run of it, when (`50%`, `+1d`, `again`), and what is done.

    `instead` is True where it went to the next in line, because its reader could not be reached.
    """

    clock: str
    run: int
    at: str
    what: str
    instead: bool = False

    @property
    def early(self) -> bool:
        """Whether it is taken before the clock runs out."""
        return self.at.endswith("%") and int(self.at[:-1]) < 100

    @property
    def escalates(self) -> bool:
        """Whether it asks somebody else than the holder."""
        return self.what != "remind" or self.instead


def key_of(text: str) -> StepKey | None:
    """The parts of a step's key, or None for one of another kind."""
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    clock, run, at, what, instead = match.groups()
    return StepKey(clock, int(run), at, what, bool(instead))


def in_order(clock: str, at: str) -> tuple[int, str, int, int]:
    """Sorts steps as they are taken: by clock, then shares, then what comes after the end, then repetitions."""
    place = _CLOCKS.index(clock) if clock in _CLOCKS else len(_CLOCKS)
    if at.endswith("%"):
        return place, clock, 0, int(at[:-1])
    if at.startswith("+"):
        return place, clock, 1, int(at[1:-1]) * _MINUTES[at[-1]]
    return place, clock, 2, 0
