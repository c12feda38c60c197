"""Whether a cause came back after an action against it: 30 and 90 days later, by counting.

Source: the nudging rules, section Digest: actions and whether they worked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

LOOKS = (30, 90)
"""So many days after an action was done it is looked whether the cause came back."""

How = Literal["cause", "category"]
"""What was counted: complaints with the same cause, or (no cause was given) of the same category and team."""

Verdict = Literal["worked", "rare", "less", "back"]
"""It worked so far; it was too rare before to tell; it came back less often; it came back."""


class Complaint(NamedTuple):
    """A complaint whose cause something was done about."""

    number: int
    reporter: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """How often it happened in the days since, and in as many days before; `uncertain` are like it, cause unknown."""

    how: How
    days: int
    since: datetime
    back: int
    before: int
    uncertain: int = 0

    @property
    def verdict(self) -> Verdict:
        """What these counts say, and no more than that."""
        if self.back == 0:
            return "worked" if self.before else "rare"
        return "less" if 2 * self.back <= self.before else "back"


def same_cause(cause: str) -> str:
    """A cause as it is compared: the same where it is worded the same, whatever its case (as in the digest)."""
    return " ".join(cause.split()).casefold()


def told_about(concerned: Iterable[Complaint], doer: str) -> list[Complaint]:
    """The complaints whose reporters hear what was done about the cause: one of each, the first of theirs.

    Whoever has done it knows.
    """
    by_reporter: dict[str, Complaint] = {}
    for one in concerned:
        by_reporter.setdefault(one.reporter, one)
    return [one for reporter, one in by_reporter.items() if reporter != doer]
