"""What a digest says, as figures and names: frozen at the end of its window, so that a retry says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.cases import Window
from complaints.charts import About as About
from complaints.charts import Measure as Measure
from complaints.charts import Pareto, RunChart
from complaints.figures import Figures
from complaints.signals import Deviation
from complaints.ticket import ClockName

Every = Literal["daily", "weekly", "monthly"]
Question = Literal["escalated", "promise broken", "nobody owns it", "nobody wants it"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that only a person in charge can settle: of which ticket, who should, and by when.

    `times` is how often it happened: the broken promises, or the hand-backs.
    """

    question: Question
    ticket: int
    who: str
    by: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A clock that runs out within the next seven days, and who holds the ticket."""

    ticket: int
    clock: ClockName
    due_at: datetime
    holder: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A series of weekly counts that is no chance.

    `about` is a category, or empty for all of them; or the key of a team or touchpoint, as `of` says, with its `name`.
    """

    measure: Measure
    about: str
    found: Deviation
    of: About = "category"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One customer's words, verbatim."""

    ticket: int
    words: str


@dataclass(frozen=True, slots=True)
class Action:
    """What was done about a cause, since when, and how many tickets it has caused since: 0, it worked so far."""

    cause: str
    done: str
    since: datetime
    came_back: int
    before: int | None = None
    """How often it had happened in as many days before, where an action was looked back at."""
    days: int = 0
    """After how many days it was looked back; 0 where nobody has yet."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A function from which nothing came for 28 days, and how many are usual in as long a time."""

    name: str
    expected: float
    ever: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything that a digest has to say about one window."""

    scope: tuple[str, ...]
    """The names of the teams; empty for all of them."""
    every: Every
    window: Window
    zone: str
    """In which the reader reads times."""
    figures: Figures
    decisions: tuple[Decision, ...] = ()
    more_decisions: int = 0
    running_out: tuple[RunningOut, ...] = ()
    """The first three of them."""
    running_out_count: int = 0
    signals: tuple[Signal, ...] = ()
    quote: Quote | None = None
    actions: tuple[Action, ...] = ()
    silent: Silent | None = None
    tried: bool = False
    """Whether anything was tried against a cause in the last 90 days."""
    planned: int = 0
    """How many actions are still to be done, and how many of those are late."""
    planned_late: int = 0
    run_chart: RunChart | None = None
    """The weeks of what is most unusual, else of all complaints; None where there is nothing to see."""
    pareto: Pareto | None = None
    """What the complaints of the window are about; None where there is nothing to see."""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing unusual: nothing to decide, no signal, nothing overdue and nothing come back."""
        unusual = self.decisions or self.signals or self.figures.overdue or self.figures.returned or self.silent
        return not unusual
