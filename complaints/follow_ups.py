"""Whether a cause came back after an action against it: 30 and 90 days later, by counting.

Source: the nudging rules, section Digest: actions and whether they worked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from complaints.cases import SET_ASIDE

LOOKS = (30, 90)
"""So many days after an action was done it is looked whether the cause came back."""

How = Literal["cause", "category"]
"""What was counted: complaints with the same cause, or (no cause was given) of the same category and team."""

Verdict = Literal["worked", "rare", "less", "back"]
"""It worked so far; it was too rare before to tell; it came back less often; it came back."""


class Complaint(NamedTuple):
    """A complaint as a look back sees it; `cause` is empty while nobody has given one."""

    number: int
    reporter: str
    captured_at: datetime
    team: str
    category: str | None
    cause: str
    close_reason: str | None = None
    parent: int | None = None


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


def looked_back(
    complaints: Iterable[Complaint], cause: str, team: str, category: str | None, done_at: datetime, days: int
) -> Found:
    """What is found `days` after an action against a cause was done; the cause is empty where none was given.

    `complaints` holds what was captured from so many days before to so many days after.
    """
    length = timedelta(days=days)
    since, before = (done_at, done_at + length), (done_at - length, done_at)
    counted = [one for one in complaints if one.close_reason not in SET_ASIDE]
    alike = [one for one in counted if (one.team, one.category) == (team, category)]
    wanted = same_cause(cause)
    if not wanted:
        return Found("category", days, done_at, _within(alike, since), _within(alike, before))
    caused = [one for one in counted if same_cause(one.cause) == wanted]
    unknown = [one for one in alike if not one.cause.strip()]
    return Found("cause", days, done_at, _within(caused, since), _within(caused, before), _within(unknown, since))


def told_about(
    complaints: Iterable[Complaint], cause: str, parent: int, doer: str, most: int
) -> list[Complaint]:  # fmt: skip
    """The complaints whose reporters hear what was done about the cause: one each, the newest of theirs.

    It is the complaint itself, those of the problem that it may be, and those with the same cause, at most `most`;
    whoever has done it knows.
    """
    wanted = same_cause(cause)
    meant = [
        one
        for one in complaints
        if one.close_reason not in SET_ASIDE
        and (parent in {one.number, one.parent} or (wanted and same_cause(one.cause) == wanted))
    ]
    newest = sorted(meant, key=lambda one: (one.number == parent, one.captured_at), reverse=True)[:most]
    by_reporter: dict[str, Complaint] = {}
    for one in newest:
        by_reporter.setdefault(one.reporter, one)
    return [one for reporter, one in by_reporter.items() if reporter != doer]


def _within(complaints: Iterable[Complaint], stretch: tuple[datetime, datetime]) -> int:
    """How many were captured after the first moment and no later than the last."""
    start, end = stretch
    return sum(start < one.captured_at <= end for one in complaints)
