"""What the bot noticed in the series of complaints and somebody should look at: a signal, or a surge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.summary import About as About
from complaints.summary import Measure

Shape = Literal["surge", "above", "below", "run above", "run below"]
"""How it is no chance: many alike in a short time, or a week that signals (complaints.signals)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing noticed, and told once: `key` is the same for as long as it goes on.

    `name` is the key of the team or touchpoint, or the category's own text; empty for all. `team` is the key of the
    team whose lead should look. `value` is how many there were, `usual` how many are usual in as long a time.
    `tickets` are examples, newest first; `problem` is the ticket that they were joined under, once they are.
    """

    key: str
    measure: Measure
    about: About
    name: str
    team: str
    shape: Shape
    value: int
    usual: float
    first_at: datetime
    last_at: datetime
    tickets: tuple[int, ...] = ()
    problem: int | None = None
